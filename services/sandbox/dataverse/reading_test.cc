// spec/dynamics365.md "Reading rows".
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
using ::testing::StartsWith;

constexpr char kNames[] = "contacts?$select=firstname";
constexpr char kNext[] = "@odata.nextLink";

class Reading : public ::testing::Test {
 protected:
  Reading() {
    for (const char* name : {"Cy", "Ada", "Bob"})
      ids_.push_back(world_.AddContact(Cat(R"({"firstname":")", name, R"(","lastname":"X","gendercode":1})")));
  }
  std::vector<std::string> Names(std::string_view query) {
    return Values(world_.Get(Cat(kNames, "&", query)), "firstname");
  }

  World world_;
  std::vector<std::string> ids_;
};

TEST_F(Reading, SelectsColumnsAndSendsTheKeyAndETag) {
  const http::Response page = world_.Get("contacts?$select=firstname,fullname");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.content_type, StartsWith("application/json"));
  EXPECT_EQ(HeaderOf(page, "OData-Version"), "4.0");
  EXPECT_EQ(Link(page, "@odata.context"),
            "http://sandbox.test:9000/api/data/v9.2/$metadata#contacts(firstname,fullname)");
  EXPECT_EQ(Link(page, kNext), "") << "the last page has none";
  EXPECT_THAT(Values(page, "fullname"), ElementsAre("Cy X", "Ada X", "Bob X"));
  EXPECT_EQ(Values(page, "contactid"), ids_);
  EXPECT_THAT(Values(page, "@odata.etag").at(0), StartsWith("W/\""));
  EXPECT_EQ(Values(page, "lastname").at(0), "");
}

TEST_F(Reading, VersionGrowsWithEveryChangeAcrossTables) {
  const auto version = [&](std::string_view id) {
    const auto body = Body(world_.Get(Cat("contacts(", id, ")?$select=versionnumber")));
    EXPECT_EQ(Cat("W/\"", body.at("versionnumber").as_int64(), "\""), body.at("@odata.etag").as_string());
    return body.at("versionnumber").as_int64();
  };
  const int64_t before = version(ids_[2]);
  world_.Post("accounts", R"({"name":"Contoso"})");
  world_.Patch(Cat("contacts(", ids_[0], ")"), R"({"firstname":"Cyd"})");
  EXPECT_EQ(version(ids_[0]), before + 2);
}

TEST_F(Reading, RefusesColumnsThatDontExist) {
  for (const char* query : {"$select=shoesize", "$select=firstname,", "$select=parentcustomerid",
                            "$filter=shoesize eq 1", "$orderby=shoesize"}) {
    const http::Response response = world_.Get(Cat("contacts?", query));
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_THAT(ErrorMessage(response), HasSubstr("Could not find a property named")) << query;
  }
}

TEST_F(Reading, RefusesAColumnThatWasDropped) {
  auto& schema = world_.database.FindTable("contact")->schema();
  schema.columns[schema.Find("firstname")].dropped = true;
  EXPECT_EQ(world_.Get(kNames).status, 400);
  EXPECT_EQ(world_.Get("contacts").body.find("firstname"), std::string::npos);
}

TEST_F(Reading, RefusesOptionsThatDontExist) {
  EXPECT_EQ(world_.Get("contacts?$skip=1").status, 400);
  EXPECT_EQ(world_.Get("contacts?$selct=firstname").status, 400);
  EXPECT_EQ(world_.Get("contacts?$top=0").status, 400);
  EXPECT_EQ(world_.Get("contacts?$select=%zz").status, 400);
}

TEST_F(Reading, FiltersSortsAndCutsOff) {
  EXPECT_THAT(Names("$filter=firstname eq 'Ada'"), ElementsAre("Ada"));
  EXPECT_THAT(Names("$filter=contains(firstname,'b') or startswith(firstname,'C')"), ElementsAre("Cy", "Bob"));
  EXPECT_THAT(Names("$filter=gendercode eq 2"), IsEmpty());
  EXPECT_THAT(Names("$orderby=firstname desc"), ElementsAre("Cy", "Bob", "Ada"));
  EXPECT_THAT(Names("$top=2"), ElementsAre("Cy", "Ada"));
  EXPECT_EQ(world_.Get("contacts?$filter=firstname eq").status, 400);
}

TEST_F(Reading, PagesHoldWhatIsPreferred) {
  const HeaderList two = {{"Prefer", "odata.maxpagesize=2"}};
  const http::Response first = world_.Get(kNames, two);
  EXPECT_THAT(Values(first, "firstname"), ElementsAre("Cy", "Ada"));
  EXPECT_EQ(HeaderOf(first, "Preference-Applied"), "odata.maxpagesize=2");
  const http::Response last = world_.Get(Link(first, kNext), two);
  EXPECT_THAT(Values(last, "firstname"), ElementsAre("Bob"));
  EXPECT_EQ(Link(last, kNext), "");
  EXPECT_EQ(world_.Get(kNames, {{"Prefer", "odata.maxpagesize=0"}}).status, 400);
}

TEST(Paging, HoldsAtMostFiveThousandRowsAndMissesNone) {
  World world;
  AddPeople({.count = 12'000}, world.database);
  const HeaderList most = {{"Prefer", "odata.maxpagesize=20000"}};
  http::Response page = world.Get("contacts?$select=contactid", most);
  std::vector<size_t> sizes = {Rows(page).size()};
  while (!Link(page, kNext).empty()) {
    page = world.Get(Link(page, kNext), most);
    sizes.push_back(Rows(page).size());
  }
  EXPECT_THAT(sizes, ElementsAre(5000, 5000, 2000));
  EXPECT_EQ(world.Get("contacts/$count").body, "5000") << "the count stops there";
  const auto total = Body(world.Get("RetrieveTotalRecordCount(EntityNames=['contact'])"));
  EXPECT_EQ(total.at("EntityRecordCountCollection").at("Values").at(0).as_int64(), 12'000);
}

TEST_F(Reading, SkipTokensOfOthersAreRefused) {
  const std::string next = Link(world_.Get(kNames, {{"Prefer", "odata.maxpagesize=1"}}), kNext);
  const std::string token = next.substr(next.find("$skiptoken="));
  for (const std::string& target : {"contacts?$select=lastname&" + token, "accounts?$select=name&" + token,
                                    std::string(kNames) + "&$skiptoken=2"}) {
    const http::Response response = world_.Get(target);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(ErrorCode(response), "0x80041129") << target;
  }
}

TEST_F(Reading, OneRow) {
  const std::string target = Cat("contacts(", ids_[1], ")?$select=firstname");
  const http::Response row = world_.Get(target);
  EXPECT_EQ(Body(row).at("firstname").as_string(), "Ada");
  EXPECT_THAT(Link(row, "@odata.context"), HasSubstr("#contacts(firstname)/$entity"));
  EXPECT_EQ(world_.Get(target, {{"If-None-Match", HeaderOf(row, "ETag")}}).status, 304);
  EXPECT_EQ(world_.Get(Cat("contacts(contactid=", ids_[1], ")")).status, 200);

  const http::Response missing = world_.Get("contacts(5a4db0c0-0000-4000-8000-00000000dead)");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(ErrorCode(missing), "0x80040217");
  EXPECT_EQ(world_.Get("contacts(7)").status, 400);
}

TEST_F(Reading, UnknownTablesAndResourcesAreNotFound) {
  for (const char* target : {"contact", "leads", "contacts/firstname", "/api/data/v9.1/contacts", "NoSuchFunction()"})
    EXPECT_EQ(world_.Get(target).status, 404) << target;
}

TEST_F(Reading, AnnotatesWhatPeopleSee) {
  const HeaderList formatted = {{"Prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\""}};
  const std::string target = "contacts?$select=gendercode,donotbulkemail";
  const http::Response page = world_.Get(target, formatted);
  EXPECT_EQ(Values(page, "gendercode@OData.Community.Display.V1.FormattedValue").at(0), "Male");
  EXPECT_EQ(Values(page, "donotbulkemail@OData.Community.Display.V1.FormattedValue").at(0), "Allow");
  EXPECT_EQ(world_.Get(target).body.find("FormattedValue"), std::string::npos) << "only when asked for";
}

TEST_F(Reading, LookupsComeAsValuesWithAnnotations) {
  const http::Response made = world_.Post("accounts", R"({"name":"Contoso"})");
  const std::string url = HeaderOf(made, "OData-EntityId");
  const std::string path = url.substr(url.rfind('/'));
  ASSERT_EQ(
      world_.Patch(Cat("contacts(", ids_[0], ")"), Cat(R"({"parentcustomerid_account@odata.bind":")", path, "\"}"))
          .status,
      204);
  const auto row = Body(world_.Get(Cat("contacts(", ids_[0], ")?$select=_parentcustomerid_value"),
                                   {{"Prefer", "odata.include-annotations=\"*\""}}))
                       .as_object();
  EXPECT_THAT(path, HasSubstr(std::string(row.at("_parentcustomerid_value").as_string())));
  EXPECT_EQ(row.at("_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname").as_string(), "account");
  EXPECT_EQ(row.at("_parentcustomerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty").as_string(),
            "parentcustomerid_account");
  EXPECT_EQ(row.at("_parentcustomerid_value@OData.Community.Display.V1.FormattedValue").as_string(), "Contoso");
}

TEST_F(Reading, NeedsThePrivilege) {
  world_.database.Set(Privilege::kRead, *world_.database.FindTable("contact"), false);
  for (const std::string& target :
       {std::string(kNames), Cat("contacts(", ids_[0], ")"), std::string("contacts/$count")}) {
    const http::Response response = world_.Get(target);
    EXPECT_EQ(response.status, 403) << target;
    EXPECT_EQ(ErrorCode(response), "0x80040220") << target;
    EXPECT_THAT(ErrorMessage(response), HasSubstr("prvReadContact"));
  }
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
