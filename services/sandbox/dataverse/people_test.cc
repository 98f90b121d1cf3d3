#include "services/sandbox/dataverse/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/testing/world.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::Contains;
using ::testing::Gt;
using ::testing::SizeIs;

constexpr char kEverything[] =
    "contacts?$select=firstname,middlename,lastname,salutation,gendercode,birthdate,emailaddress1,mobilephone,"
    "telephone1,"
    "address1_line1,address1_line2,address1_postalcode,address1_city,address1_stateorprovince,address1_country,"
    "donotbulkemail,donotfax,donotphone,donotpostalmail,statecode";

TEST(People, SameSeedGivesTheSamePeople) {
  World a, b, c;
  AddPeople({.seed = 5, .count = 300}, a.database);
  // In other portions, which makes other versions of nobody.
  AddPeople({.seed = 5, .count = 100}, b.database);
  AddPeople({.seed = 5, .first = 100, .count = 200}, b.database);
  AddPeople({.seed = 6, .count = 300}, c.database);
  EXPECT_EQ(a.Get(kEverything).body, b.Get(kEverything).body);
  EXPECT_NE(a.Get(kEverything).body, c.Get(kEverything).body);
}

TEST(People, ThoseWhoAreThereAreLeftAlone) {
  World world;
  EXPECT_EQ(AddPeople({.count = 10}, world.database), 10);
  EXPECT_EQ(AddPeople({.count = 15}, world.database), 5);
  EXPECT_EQ(world.database.FindTable("contact")->size(), 15u);
}

TEST(People, AreVariedAndTheirEmailsUnique) {
  World world;
  AddPeople({.count = 5000, .inactive_share = 0.1}, world.database);
  const http::Response page = world.Get(kEverything);
  const auto distinct = [&](std::string_view column) {
    const auto values = Values(page, column);
    return std::set<std::string>(values.begin(), values.end());
  };
  EXPECT_THAT(distinct("emailaddress1"), SizeIs(5000));
  EXPECT_THAT(distinct("lastname"), SizeIs(Gt(50)));
  EXPECT_THAT(distinct("birthdate"), SizeIs(Gt(3000)));
  EXPECT_THAT(distinct("address1_city"), Contains("München"));
  EXPECT_THAT(distinct("gendercode"), SizeIs(3)) << "some have none";
  const auto states = Values(page, "statecode");
  EXPECT_NEAR(std::count(states.begin(), states.end(), "1"), 500, 100);
}

// What was invented would have been taken from a client too.
TEST(People, FitTheTable) {
  World world;
  AddPeople({.count = 500}, world.database);
  for (const auto& row : Rows(world.Get(kEverything))) {
    boost::json::object body = row.as_object();
    const std::string id(body.at("contactid").as_string());
    body.erase("@odata.etag");
    const http::Response response = world.Patch(Cat("contacts(", id, ")"), boost::json::serialize(body));
    ASSERT_EQ(response.status, 204) << response.body;
    boost::json::object again =
        Body(world.Get(Cat("contacts(", id, ")", std::string(kEverything).substr(8)))).as_object();
    again.erase("@odata.etag");
    again.erase("@odata.context");
    EXPECT_EQ(again, body) << "it is kept in the form in which it was invented";
  }
}

TEST(People, ChangeGivesOtherValues) {
  World world;
  AddPeople({.count = 200}, world.database);
  Dice dice(1);
  for (int64_t number = 0; number < 200; ++number) {
    const std::string target =
        Cat("contacts(", PersonId(1, number).ToString(), ")", std::string(kEverything).substr(8), ",jobtitle");
    boost::json::object before = Body(world.Get(target)).as_object();
    ASSERT_TRUE(ChangePerson(PersonId(1, number), dice, world.database));
    boost::json::object after = Body(world.Get(target)).as_object();
    EXPECT_NE(before.at("@odata.etag"), after.at("@odata.etag"));
    before.erase("@odata.etag");
    after.erase("@odata.etag");
    EXPECT_NE(before, after);
  }
  EXPECT_FALSE(ChangePerson(PersonId(1, 200), dice, world.database));
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
