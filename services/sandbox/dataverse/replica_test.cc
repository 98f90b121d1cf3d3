#include "services/sandbox/dataverse/replica.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/testing/world.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::ElementsAre;

class ReplicaTest : public ::testing::Test {
 protected:
  ReplicaTest() : id_(world_.AddContact(R"({"firstname":"Ada"})")) { world_.api.replica().Lag(10'000, 1); }
  std::string Name() { return Values(world_.Get("contacts"), "firstname").at(0); }
  std::string ETag() { return Values(world_.Get("contacts"), "@odata.etag").at(0); }

  World world_;
  const std::string id_;
};

TEST_F(ReplicaTest, I15_ReadsAreAsOldAsTold) {
  const std::string before = ETag();
  world_.Patch(Cat("contacts(", id_, ")"), R"({"firstname":"Eva"})");
  world_.clock.now_ms += 9'999;
  EXPECT_EQ(Name(), "Ada");
  EXPECT_EQ(ETag(), before) << "versions too";
  world_.clock.now_ms += 1;
  EXPECT_EQ(Name(), "Eva");
  EXPECT_NE(ETag(), before);
}

TEST_F(ReplicaTest, I15_DeltasLagToo) {
  const HeaderList tracked = {{"Prefer", "odata.track-changes"}};
  const std::string delta = Link(world_.Get("contacts", tracked), "@odata.deltaLink");
  world_.AddContact(R"({"firstname":"Bob"})");
  world_.Delete(Cat("contacts(", id_, ")"));
  const http::Response nothing = world_.Get(delta);
  EXPECT_TRUE(Rows(nothing).empty());
  world_.clock.now_ms += 10'000;
  const auto rows = Rows(world_.Get(Link(nothing, "@odata.deltaLink")));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows.at(0).at("firstname"), "Bob");
  EXPECT_EQ(rows.at(1).at("reason"), "deleted");
}

TEST_F(ReplicaTest, WhatWasUndoneNeverShows) {
  {
    Database::Transaction transaction(world_.database);
    world_.AddContact(R"({"firstname":"Undone"})");
  }
  {
    Database::Transaction transaction(world_.database);
    world_.AddContact(R"({"firstname":"Done"})");
    transaction.Commit();
  }
  world_.clock.now_ms += 10'000;
  EXPECT_THAT(Values(world_.Get("contacts"), "firstname"), ElementsAre("Ada", "Done"));
}

TEST_F(ReplicaTest, WithoutLagReadsAreThePresent) {
  world_.Patch(Cat("contacts(", id_, ")"), R"({"firstname":"Eva"})");
  world_.api.replica().Lag(0, 1);
  EXPECT_EQ(Name(), "Eva");
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
