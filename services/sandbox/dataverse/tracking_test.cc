// spec/dynamics365.md "Change tracking".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/people.h"
#include "services/sandbox/dataverse/testing/world.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const HeaderList kTracked = {{"Prefer", "odata.track-changes"}};
constexpr char kNames[] = "contacts?$select=firstname";
constexpr char kNext[] = "@odata.nextLink";
constexpr char kDelta[] = "@odata.deltaLink";

// The delta link at the end of a first pass.
std::string Track(World& world, std::string_view target = kNames) {
  http::Response page = world.Get(target, kTracked);
  for (std::string next = Link(page, kNext); !next.empty(); next = Link(page, kNext)) page = world.Get(next, kTracked);
  return Link(page, kDelta);
}

TEST(ChangeTracking, NothingChangedIsAnEmptyPageWithANewLink) {
  World world;
  world.AddContact(R"({"firstname":"Ada"})");
  const http::Response delta = world.Get(Track(world));
  EXPECT_EQ(delta.status, 200);
  EXPECT_THAT(Rows(delta), IsEmpty());
  EXPECT_NE(Link(delta, kDelta), "");
  EXPECT_THAT(Link(delta, "@odata.context"), HasSubstr("$metadata#contacts(firstname)/$delta"));
}

TEST(ChangeTracking, ChangedRowsComeInOrderOfVersionThenDeletedOnes) {
  World world;
  const std::string ada = world.AddContact(R"({"firstname":"Ada"})"), bob = world.AddContact(R"({"firstname":"Bob"})"),
                    cy = world.AddContact(R"({"firstname":"Cy"})");
  const std::string link = Track(world);
  world.Delete(Cat("contacts(", cy, ")"));
  world.AddContact(R"({"firstname":"Dee"})");
  world.Patch(Cat("contacts(", ada, ")"), R"({"firstname":"Adele"})");
  const http::Response delta = world.Get(link);
  EXPECT_THAT(Values(delta, "firstname"), ElementsAre("Dee", "Adele", ""));
  const auto rows = Rows(delta);
  const auto& deleted = rows.at(2).as_object();
  EXPECT_EQ(deleted.at("id").as_string(), cy);
  EXPECT_EQ(deleted.at("reason").as_string(), "deleted");
  EXPECT_THAT(std::string(deleted.at("@odata.context").as_string()), HasSubstr("$metadata#contacts/$deletedEntity"));
  EXPECT_FALSE(deleted.contains("@odata.etag"));
  EXPECT_FALSE(rows.at(0).as_object().contains("reason")) << "no mark whether created or updated";

  EXPECT_THAT(Rows(world.Get(Link(delta, kDelta))), IsEmpty());
  EXPECT_THAT(Values(world.Get(link), "firstname"), ElementsAre("Dee", "Adele", "")) << "a link can be followed again";
}

TEST(ChangeTracking, RowCreatedAndDeletedBetweenTwoReadsAppearsAsDeleted) {
  World world;
  const std::string link = Track(world);
  const std::string id = world.AddContact(R"({"firstname":"Ada"})");
  world.Delete(Cat("contacts(", id, ")"));
  EXPECT_THAT(Values(world.Get(link), "id"), ElementsAre(id));
}

TEST(ChangeTracking, RowDeletedAndMadeAgainIsARowNotADeletion) {
  World world;
  const std::string id = world.AddContact(R"({"firstname":"Ada"})");
  const std::string link = Track(world);
  world.Delete(Cat("contacts(", id, ")"));
  world.Patch(Cat("contacts(", id, ")"), R"({"firstname":"Eve"})");
  EXPECT_THAT(Values(world.Get(link), "firstname"), ElementsAre("Eve"));
}

TEST(ChangeTracking, ChangesDuringTheFirstPassAreInTheDelta) {
  World world;
  const std::string ada = world.AddContact(R"({"firstname":"Ada"})");
  world.AddContact(R"({"firstname":"Bob"})");
  const HeaderList paged = {{"Prefer", "odata.maxpagesize=1,odata.track-changes"}};
  const http::Response first = world.Get(kNames, paged);
  EXPECT_THAT(Values(first, "firstname"), ElementsAre("Ada"));
  EXPECT_EQ(Link(first, kDelta), "") << "only the last page has one";
  world.Patch(Cat("contacts(", ada, ")"), R"({"firstname":"Adele"})");
  const http::Response last = world.Get(Link(first, kNext), paged);
  EXPECT_EQ(Link(last, kNext), "");
  EXPECT_THAT(Values(world.Get(Link(last, kDelta)), "firstname"), ElementsAre("Adele"));
}

TEST(ChangeTracking, DeltaIsPaged) {
  World world;
  const std::string link = Track(world);
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(world.AddContact(Cat(R"({"firstname":"P)", i, "\"}")));
  world.Delete(Cat("contacts(", ids[0], ")"));
  world.Delete(Cat("contacts(", ids[1], ")"));
  std::vector<std::string> seen;
  http::Response page = world.Get(link, {{"Prefer", "odata.maxpagesize=2"}});
  for (int pages = 0; pages < 10; ++pages) {
    EXPECT_LE(Rows(page).size(), 2u);
    for (const std::string& name : Values(page, "firstname")) seen.push_back(name);
    const std::string next = Link(page, kNext);
    EXPECT_NE(next.empty(), Link(page, kDelta).empty()) << "one of the two, never both";
    if (next.empty()) break;
    // What happens meanwhile belongs to the next delta.
    if (pages == 0) world.AddContact(R"({"firstname":"Late"})");
    page = world.Get(next, {{"Prefer", "odata.maxpagesize=2"}});
  }
  EXPECT_THAT(seen, ElementsAre("P2", "P3", "P4", "", ""));
  EXPECT_THAT(Values(world.Get(Link(page, kDelta)), "firstname"), ElementsAre("Late"));
}

TEST(ChangeTracking, PresentStateHasTheSelectedColumnsOnly) {
  World world;
  const std::string link = Track(world);
  world.AddContact(R"({"firstname":"Ada","lastname":"L"})");
  const auto rows = Rows(world.Get(link));
  ASSERT_EQ(rows.size(), 1u);
  std::vector<std::string> names;
  for (const auto& member : rows.at(0).as_object()) names.emplace_back(member.key());
  EXPECT_THAT(names, UnorderedElementsAre("@odata.etag", "firstname", "contactid"));
}

class RefusedWithTracking : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Options, RefusedWithTracking,
                         ::testing::Values("$filter=firstname eq 'Ada'", "$orderby=firstname", "$top=5",
                                           "$expand=parentcustomerid_account"));
TEST_P(RefusedWithTracking, IsA400) {
  World world;
  const http::Response response = world.Get(Cat("contacts?", GetParam()), kTracked);
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(ErrorMessage(response), HasSubstr("change tracking"));
}

TEST(ChangeTracking, TableMustHaveItEnabled) {
  World world;
  const std::string link = Track(world);
  world.database.FindTable("contact")->schema().change_tracking = false;
  for (const http::Response& response : {world.Get(kNames, kTracked), world.Get(link)}) {
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(ErrorCode(response), "0x80072495");
  }
  EXPECT_EQ(world.Get(kNames).status, 200) << "without tracking it is read as ever";
}

TEST(DeltaToken, ExpiresAfterItsLifetime) {
  World world;
  const std::string link = Track(world);
  world.clock.now_ms += world.database.delta_lifetime_ms;
  world.token = world.entra.tokens().Issue(3600);
  EXPECT_EQ(world.Get(link).status, 200);
  world.clock.now_ms += 1;
  const http::Response response = world.Get(link);
  EXPECT_EQ(response.status, 410);
  EXPECT_EQ(ErrorCode(response), "0x80044352");
}

TEST(DeltaToken, ExpiresWhenAllAreExpired) {
  World world;
  const std::string old_link = Track(world);
  world.database.ExpireDeltaTokens();
  EXPECT_EQ(world.Get(old_link).status, 410);
  EXPECT_EQ(world.Get(Track(world)).status, 200);
}

TEST(DeltaToken, IsBoundToTableAndColumns) {
  World world;
  const std::string link = Track(world);
  const std::string token = link.substr(link.find("$deltatoken="));
  for (const std::string& target :
       {"contacts?$select=lastname&" + token, "contacts?" + token, "accounts?$select=name&" + token}) {
    const http::Response response = world.Get(target);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(ErrorCode(response), "0x80044351") << target;
  }
}

TEST(DeltaToken, MadeUpOrTamperedWithIsRefused) {
  World world;
  std::string link = Track(world);
  EXPECT_EQ(world.Get(Cat(kNames, "&$deltatoken=919042%2108%2f22%2f2017")).status, 400);
  char& digit = link[link.find("$deltatoken=") + 20];
  digit = digit == 'A' ? 'B' : 'A';
  const http::Response response = world.Get(link);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(ErrorCode(response), "0x80044351");
}

TEST(DeltaToken, IsNoSkipTokenAndTheOtherWayRound) {
  World world;
  world.AddContact("{\"firstname\":\"Ada\"}");
  world.AddContact("{\"firstname\":\"Bob\"}");
  std::string delta = Track(world);
  delta.replace(delta.find("$deltatoken="), 12, "$skiptoken=");
  EXPECT_EQ(ErrorCode(world.Get(delta)), "0x80041129");
  std::string next = Link(world.Get(kNames, {{"Prefer", "odata.maxpagesize=1"}}), kNext);
  next.replace(next.find("$skiptoken="), 11, "$deltatoken=");
  EXPECT_EQ(ErrorCode(world.Get(next)), "0x80044351");
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
