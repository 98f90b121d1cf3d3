// spec/dynamics365.md "Writing rows", $batch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/multipart.h"
#include "services/sandbox/dataverse/testing/world.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const HeaderList kMultipart = {{"Content-Type", "multipart/mixed;boundary=b"}};
const HeaderList kGoOn = {{"Content-Type", "multipart/mixed; boundary=\"b\""}, {"Prefer", "odata.continue-on-error"}};

std::string Operation(std::string_view head, std::string_view body = "") {
  return Cat("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n", head,
             " HTTP/1.1\r\nContent-Type: application/json\r\n\r\n", body, "\r\n");
}
std::string Create(std::string_view name) {
  return Operation("POST /api/data/v9.2/contacts", Cat(R"({"firstname":")", name, "\"}"));
}
const std::string kWrong = Operation("POST /api/data/v9.2/contacts", R"({"shoesize":1})");

std::string Batch(const std::vector<std::string>& parts, std::string_view boundary = "b") {
  std::string body;
  for (const std::string& part : parts) Append(body, "--", boundary, "\r\n", part);
  return Cat(body, "--", boundary, "--\r\n");
}
std::string ChangeSet(const std::vector<std::string>& parts) {
  return Cat("Content-Type: multipart/mixed;boundary=c\r\n\r\n", Batch(parts, "c"));
}

// The status lines within an answer, in their order.
std::vector<std::string> Statuses(const http::Response& response) {
  std::vector<std::string> statuses;
  for (size_t at = response.body.find("HTTP/1.1 "); at != std::string::npos;
       at = response.body.find("HTTP/1.1 ", at + 1))
    statuses.push_back(response.body.substr(at + 9, 3));
  return statuses;
}

std::vector<std::string> Names(World& world) { return Values(world.Get("contacts?$select=firstname"), "firstname"); }

TEST(BatchRequest, AnswersInTheSameOrder) {
  World world;
  const http::Response response = world.Post(
      "$batch", Batch({Create("Ada"), Operation("GET contacts?$select=firstname"), Operation("GET leads")}), kGoOn);
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(Statuses(response), ElementsAre("204", "200", "404"));
  const auto parts = ReadParts(response.body, BoundaryOf(response.content_type));
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_THAT(parts->at(0).content, HasSubstr("OData-EntityId: http://sandbox.test:9000/api/data/v9.2/contacts("));
  EXPECT_THAT(parts->at(1).content, HasSubstr("\"Ada\""));
}

TEST(BatchRequest, StopsAtTheFirstFailureUnlessToldToGoOn) {
  World world;
  const std::string body = Batch({Create("Ada"), kWrong, Create("Bob")});
  const http::Response stopped = world.Post("$batch", body, kMultipart);
  EXPECT_EQ(stopped.status, 400);
  EXPECT_THAT(Statuses(stopped), ElementsAre("204", "400"));
  EXPECT_THAT(Names(world), ElementsAre("Ada"));
  EXPECT_THAT(Statuses(world.Post("$batch", body, kGoOn)), ElementsAre("204", "400", "204"));
  EXPECT_THAT(Names(world), ElementsAre("Ada", "Ada", "Bob"));
}

TEST(BatchRequest, ChangeSetIsAtomic) {
  World world;
  const http::Response failed =
      world.Post("$batch", Batch({ChangeSet({Create("Ada"), Create("Bob"), kWrong}), Create("Cy")}), kGoOn);
  EXPECT_THAT(Statuses(failed), ElementsAre("400", "204")) << "the change set answers once";
  EXPECT_THAT(Names(world), ElementsAre("Cy"));
  const http::Response done = world.Post("$batch", Batch({ChangeSet({Create("Ada"), Create("Bob")})}), kGoOn);
  EXPECT_THAT(Statuses(done), ElementsAre("204", "204"));
  EXPECT_THAT(Names(world), ElementsAre("Cy", "Ada", "Bob"));
}

TEST(BatchRequest, FailedChangeSetLeavesNoTraceForTracking) {
  World world;
  const std::string ada = world.AddContact(R"({"firstname":"Ada"})"), bob = world.AddContact(R"({"firstname":"Bob"})");
  const std::string link =
      Link(world.Get("contacts?$select=firstname", {{"Prefer", "odata.track-changes"}}), "@odata.deltaLink");
  world.Post(
      "$batch",
      Batch({ChangeSet({Operation(Cat("DELETE contacts(", ada, ")")),
                        Operation(Cat("PATCH contacts(", bob, ")"), R"({"firstname":"Rob"})"), Create("Cy"), kWrong})}),
      kGoOn);
  EXPECT_THAT(Names(world), ElementsAre("Ada", "Bob"));
  EXPECT_THAT(Rows(world.Get(link)), IsEmpty());
  world.Delete(Cat("contacts(", ada, ")"));
  EXPECT_THAT(Values(world.Get(link), "id"), ElementsAre(ada)) << "deleted once, not twice";
}

TEST(BatchRequest, ChangeSetHoldsNoReads) {
  World world;
  EXPECT_THAT(Statuses(world.Post("$batch", Batch({ChangeSet({Operation("GET contacts")})}), kGoOn)),
              ElementsAre("400"));
}

TEST(BatchRequest, PreconditionsAndPreferencesOfAPartHold) {
  World world;
  const std::string id = world.AddContact(R"({"firstname":"Ada"})");
  const auto patch = [&](std::string_view condition) {
    return Cat("Content-Type: application/http\r\n\r\nPATCH /api/data/v9.2/contacts(", id, ") HTTP/1.1\r\n", condition,
               "\r\nContent-Type: application/json\r\n\r\n{\"firstname\":\"Eve\"}\r\n");
  };
  EXPECT_THAT(
      Statuses(world.Post("$batch", Batch({patch("If-None-Match: *"), patch("Prefer: return=representation")}), kGoOn)),
      ElementsAre("412", "200"));
}

TEST(BatchRequest, HoldsAtMostAThousandOperations) {
  World world;
  EXPECT_EQ(world.Post("$batch", Batch(std::vector<std::string>(1000, Create("A"))), kGoOn).status, 200);
  const http::Response refused = world.Post("$batch", Batch(std::vector<std::string>(1001, Create("A"))), kGoOn);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(world.database.FindTable("contact")->size(), 1000u);
}

TEST(BatchRequest, WhatIsNoBatchIsRefused) {
  World world;
  EXPECT_EQ(world.Post("$batch", Batch({Create("A")}), {{"Content-Type", "application/json"}}).status, 415);
  const std::string batch = Batch({Create("A"), Create("B")});
  EXPECT_EQ(world.Post("$batch", batch.substr(0, batch.size() - 60), kGoOn).status, 400) << "cut";
  EXPECT_EQ(world.Post("$batch", "--b--\r\n", kGoOn).status, 400) << "empty";
  EXPECT_THAT(Statuses(world.Post("$batch", Batch({"Content-Type: text/plain\r\n\r\nhello\r\n"}), kGoOn)),
              ElementsAre("415"));
  EXPECT_THAT(Statuses(world.Post("$batch", Batch({Operation("POST /api/data/v9.2/$batch")}), kGoOn)),
              ElementsAre("400"));
  EXPECT_EQ(world.database.FindTable("contact")->size(), 0u);
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
