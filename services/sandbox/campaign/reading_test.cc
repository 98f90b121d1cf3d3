// Lists, pages, filters, metadata and what the gateway lets through (spec/campaign.md "REST API").
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/testing/world.h"

namespace causeway::sandbox::campaign {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class ReadingTest : public ::testing::Test {
 protected:
  // External ids of all pages.
  std::vector<std::string> ReadAll(std::string link) {
    std::vector<std::string> ids;
    while (!link.empty()) {
      const http::Response page = world_.Get(link);
      EXPECT_EQ(page.status, 200) << page.body;
      for (std::string& id : Column(page, "externalId")) ids.push_back(std::move(id));
      link = NextLink(page);
    }
    return ids;
  }

  World world_;
};

TEST_F(ReadingTest, TwentyFiveLinesUnlessToldOtherwise) {
  world_.AddProfiles(30);
  EXPECT_THAT(Column(world_.Get("profile"), "externalId"), SizeIs(25));
  EXPECT_THAT(Column(world_.Get("profile?_lineCount=7"), "externalId"), SizeIs(7));
  for (const char* wrong : {"0", "-1", "x", "", "10001", "99999999999999999999"})
    EXPECT_EQ(world_.Get(Cat("profile?_lineCount=", wrong)).status, 400) << wrong;
}

TEST_F(ReadingTest, NextLinksLeadThroughAllRecordsOnce) {
  world_.AddProfiles(23);
  const std::vector<std::string> ids = ReadAll("profile?_lineCount=5");
  EXPECT_THAT(ids, SizeIs(23));
  EXPECT_EQ(ids.front(), "p0");
  EXPECT_EQ(ids.back(), "p22");
  EXPECT_EQ(NextLink(world_.Get("profile?_lineCount=23")), "");
}

TEST_F(ReadingTest, RecordsThatComeAndGoMeanwhileDontShiftPages) {
  world_.AddProfiles(10);
  const http::Response first = world_.Get("profile?_lineCount=5");
  world_.Delete(TextAt(first, "content/0/href"));
  world_.AddProfiles(1, "q");
  EXPECT_THAT(ReadAll(NextLink(first)), ElementsAre("p5", "p6", "p7", "p8", "p9", "q0"));
}

TEST_F(ReadingTest, ForeignLineStartIsRefused) {
  world_.AddProfiles(2);
  const std::string next = NextLink(world_.Get("profile?_lineCount=1"));
  const std::string start = next.substr(next.find("_lineStart="));
  EXPECT_EQ(world_.Get(Cat("profile?", start)).status, 200);
  EXPECT_EQ(world_.Get(Cat("cusContract?", start)).status, 400);
  EXPECT_EQ(world_.Get("profile?_lineStart=1").status, 400);
}

TEST_F(ReadingTest, LargeTablesPageOnlyWhenForced) {
  Entities& profiles = world_.Find("profile");
  const std::vector<std::string_view> nothing(profiles.resource().fields.size());
  for (int i = 0; i < 100'000; ++i) profiles.Insert({1, 1, PackedRow(nothing)});
  EXPECT_NE(NextLink(world_.Get("profile?_lineCount=2")), "");
  profiles.Insert({1, 1, PackedRow(nothing)});
  EXPECT_EQ(NextLink(world_.Get("profile?_lineCount=2")), "");
  const std::string next = NextLink(world_.Get("profile?_lineCount=2&_forcePagination=true"));
  EXPECT_NE(NextLink(world_.Get(next)), "");  // The next link goes on forcing.
}

TEST_F(ReadingTest, KeyFilterFindsTheOneRecord) {
  world_.AddProfiles(3);
  world_.Add("profile", R"({"externalId":"a&b=ü +"})");
  world_.Add("profile", "{}");
  EXPECT_THAT(Column(world_.Get("profile/byExternalId?externalId_parameter=p1"), "externalId"), ElementsAre("p1"));
  EXPECT_THAT(Column(world_.Get("profile/byExternalId?externalId_parameter=a%26b%3D%C3%BC%20%2B"), "externalId"),
              ElementsAre("a&b=ü +"));
  EXPECT_THAT(Column(world_.Get("profile/byExternalId?externalId_parameter=P1"), "externalId"), IsEmpty());
  EXPECT_THAT(Column(world_.Get("profile/byExternalId?externalId_parameter="), "externalId"), IsEmpty());
  EXPECT_EQ(world_.Get("profile/byExternalId").status, 400);
  EXPECT_EQ(world_.Get("profile/byShoeSize?x=1").status, 404);
  EXPECT_EQ(world_.Ask("POST", "profile/byExternalId?externalId_parameter=p1", "{}").status, 405);
}

TEST_F(ReadingTest, TextFilterIsACaseSensitivePrefixAndPages) {
  for (const char* name : {"Anna", "Anton", "anna", "Hanna", "Ann"})
    world_.Add("profile", Cat(R"({"externalId":")", name, R"(","lastName":")", name, "\"}"));
  EXPECT_THAT(ReadAll("profile/byText?text=Ann&filterType=lastName&_lineCount=1"), ElementsAre("Anna", "Ann"));
  EXPECT_EQ(world_.Get("profile/byText?text=Ann").status, 400);
  EXPECT_EQ(world_.Get("profile/byText?text=Ann&filterType=shoe").status, 400);
}

TEST_F(ReadingTest, FiltersCombineByPath) {
  world_.Add("profile", R"({"externalId":"c-1","lastName":"Ruiz"})");
  world_.Add("profile", R"({"externalId":"c-2","lastName":"Ruiz"})");
  const std::string both = "profile/byText/byExternalId?filterType=lastName&externalId_parameter=c-2&text=";
  EXPECT_THAT(ReadAll(both + "Ru"), ElementsAre("c-2"));
  EXPECT_THAT(ReadAll(both + "X"), IsEmpty());
  EXPECT_EQ(world_.Get("profile/byText/byShoe?text=Ru&filterType=lastName").status, 404);
}

TEST_F(ReadingTest, PKeysAreOpaqueAndOfOneResource) {
  const std::string href = world_.Add("profile", "{}");
  const std::string pkey = href.substr(href.rfind('/') + 1);
  world_.Add("/contoso/campaign/customResources/cusProduct", "{}");
  EXPECT_EQ(world_.Get(Cat("profile/", pkey)).status, 200);
  for (const std::string& foreign : {Cat("cusContract/", pkey), Cat("profile/", pkey, "x"), std::string("profile/@1")}) {
    const http::Response refused = world_.Get(foreign);
    EXPECT_EQ(refused.status, 500);
    EXPECT_THAT(Message(refused), HasSubstr("XTK-170036")) << foreign;
  }
  EXPECT_EQ(world_.Get(Cat("profile/", pkey, "/x")).status, 404);
}

TEST_F(ReadingTest, MetadataDescribesFields) {
  const http::Response profile = world_.Get("resourceType/profile");
  EXPECT_EQ(TextAt(profile, "content/email/apiName"), "email");
  EXPECT_EQ(TextAt(profile, "content/email/type"), "string");
  EXPECT_EQ(TextAt(profile, "content/email/dataPolicy"), "email");
  EXPECT_EQ(TextAt(profile, "content/birthDate/type"), "date");
  EXPECT_EQ(TextAt(profile, "content/cusLastVisit/type"), "datetime");
  EXPECT_EQ(TextAt(profile, "content/cusChildren/type"), "number");
  EXPECT_EQ(TextAt(profile, "content/blackListEmail/type"), "boolean");
  EXPECT_EQ(TextAt(profile, "content/blackListEmail/label"), "No longer contact by email");
  EXPECT_EQ(TextAt(profile, "content/gender/type"), "enumeration");
  EXPECT_EQ(TextAt(profile, "content/gender/values/1/value"), "male");
  EXPECT_EQ(TextAt(profile, "content/location/content/city/apiName"), "city");
  EXPECT_EQ(TextAt(world_.Get("resourceType/cusContract"), "content/cusProfile/type"), "link");
  EXPECT_EQ(TextAt(world_.Get("resourceType/cusContract"), "content/cusProfile/resTarget"), "profile");
  EXPECT_EQ(world_.Get("resourceType/cusOrder").status, 404);
  EXPECT_THAT(Message(world_.Get("resourceType/cusOrder")), StartsWith("RST-360000"));
}

TEST_F(ReadingTest, EndpointsListTheirResources) {
  const std::string base = "/contoso/campaign/";
  EXPECT_THAT(Column(world_.Get(base + "profileAndServicesExt/"), "name"), ElementsAre("profile", "cusContract", "service", "history", "orgUnit"));
  EXPECT_THAT(Column(world_.Get(base + "customResources/"), "name"), ElementsAre("cusProduct"));
  EXPECT_THAT(Column(world_.Get(base + "profileAndServices/"), "name"),
              ElementsAre("profile", "service", "history", "orgUnit"));
  EXPECT_EQ(world_.Get(base + "profileAndServicesExt/cusProduct").status, 404);
  EXPECT_EQ(world_.Get(base + "customResources/cusProduct").status, 200);
  EXPECT_EQ(world_.Get(base + "somethingElse/profile").status, 404);
  world_.Find("cusContract").resource().unpublished = true;
  EXPECT_THAT(Column(world_.Get(base + "profileAndServicesExt/"), "name"),
              ElementsAre("profile", "service", "history", "orgUnit"));
  EXPECT_EQ(world_.Get("cusContract").status, 404);
}

TEST_F(ReadingTest, StandardEndpointHasNoCustomFields) {
  const std::string standard = "/contoso/campaign/profileAndServices/";
  world_.Add("profile", R"({"externalId":"c-1","lastName":"Ruiz","cusNote":"n"})");
  const http::Response list = world_.Get(standard + "profile");
  EXPECT_THAT(Column(list, "lastName"), ElementsAre("Ruiz"));
  EXPECT_THAT(list.body, Not(HasSubstr("cusNote")));
  EXPECT_THAT(TextAt(list, "content/0/href"), HasSubstr("/profileAndServices/profile/"));
  EXPECT_THAT(world_.Get(standard + "resourceType/profile").body, Not(HasSubstr("cusNote")));
  EXPECT_THAT(Message(world_.Patch(TextAt(list, "content/0/href"), R"({"cusNote":"m"})")), HasSubstr("Unknown field"));
  EXPECT_EQ(world_.Patch(TextAt(list, "content/0/href"), R"({"lastName":"Sanz"})").status, 200);
  EXPECT_EQ(world_.Get(standard + "cusContract").status, 404);
}

TEST_F(ReadingTest, GatewayLetsOnlyTheIntegrationIn) {
  const auto ask = [&](const HeaderList& headers) { return world_.Ask("GET", "profile", "", headers); };
  const auto code = [](const http::Response& response) {
    return Cat(response.status, " ", TextAt(response, "error_code"), " ", TextAt(response, "message"));
  };
  EXPECT_EQ(code(ask({{"Authorization", ""}})), "401 401010 Oauth token is missing");
  EXPECT_EQ(code(ask({{"Authorization", "Bearer x"}})), "401 401013 Oauth token is not valid");
  EXPECT_EQ(code(ask({{"Authorization", world_.token}})), "401 401013 Oauth token is not valid");
  EXPECT_EQ(code(ask({{"X-Api-Key", ""}})), "403 403000 Api Key is required");
  EXPECT_EQ(code(ask({{"X-Api-Key", "another"}})), "403 403003 Api Key is invalid");
  constexpr char kOops[] = "Oops. Something went wrong. Check your URI and try again.";
  EXPECT_EQ(code(world_.Get("/fabrikam/campaign/profileAndServicesExt/profile")), Cat("500 500000 ", kOops));
  const http::Response bare = world_.Get("/contoso-bare/campaign/profileAndServicesExt/profile");
  EXPECT_EQ(bare.status, 502) << "an instance without CNAME";
  EXPECT_EQ(Cat(TextAt(bare, "code"), " ", TextAt(bare, "message")), Cat("502 ", kOops));
  world_.clock.now_ms += 3'600'001;
  EXPECT_EQ(code(ask({})), "401 401013 Oauth token is not valid");
}

TEST_F(ReadingTest, ListsAreSortedAndPaged) {
  for (const char* name : {"Bea", "Cy", "Ada"})
    world_.Add("profile", Cat(R"({"externalId":")", name, R"(","lastName":")", name, "\"}"));
  EXPECT_THAT(ReadAll("profile?_order=lastName&_lineCount=2"), ElementsAre("Ada", "Bea", "Cy"));
  EXPECT_THAT(ReadAll("profile?_order=lastName%20desc&_lineCount=1"), ElementsAre("Cy", "Bea", "Ada"));
  EXPECT_EQ(world_.Get("profile?_order=shoeSize").status, 400);
  EXPECT_EQ(world_.Get("profile?_order=lastName%20down").status, 400);
  EXPECT_EQ(TextAt(world_.Get("resourceType/profile"), "content/email/sortable"), "true");
}

TEST_F(ReadingTest, OptionsThatArentServedAreRefused) {
  world_.AddProfiles(1);
  const std::string href = TextAt(world_.Get("profile"), "content/0/href");
  for (const std::string& target : {std::string("profile?_filter=x"), std::string("profile?externalId_parameter=p0"),
                                    href + "?_order=email", std::string("resourceType/profile?x=1"),
                                    std::string("profile/byExternalId?externalId_parameter=p0&text=x")})
    EXPECT_EQ(world_.Get(target).status, 400) << target;
}

TEST_F(ReadingTest, I4_TheKeyStandsForTheRecord) {
  world_.AddProfiles(2);
  EXPECT_EQ(TextAt(world_.Get("profile/p1"), "externalId"), "p1");
  EXPECT_EQ(world_.Patch("profile/p1", R"({"lastName":"Ruiz"})").status, 200);
  EXPECT_EQ(TextAt(world_.Get("profile/p1"), "lastName"), "Ruiz");
  EXPECT_EQ(world_.Get("profile/p2").status, 404);
  EXPECT_EQ(world_.Get("/contoso/campaign/profileAndServices/profile/p1").status, 404) << "only where fields are custom";
}

TEST_F(ReadingTest, WhatCampaignFillsItselfIsOnlyRead) {
  EXPECT_EQ(world_.Get("history").status, 200);
  EXPECT_EQ(world_.Get("orgUnit").status, 200);
  EXPECT_THAT(Message(world_.Post("history", "{}")), HasSubstr("read-only"));
  EXPECT_EQ(world_.Post("service", R"({"name":"SVC1","label":"News"})").status, 201);
}

TEST_F(ReadingTest, OtherMethodsAndBrokenUrlsAreRefused) {
  world_.AddProfiles(1);
  const std::string href = TextAt(world_.Get("profile"), "content/0/href");
  EXPECT_EQ(world_.Ask("PUT", href, "{}").status, 405);
  EXPECT_EQ(world_.Ask("POST", href, "{}").status, 405);
  EXPECT_EQ(world_.Ask("DELETE", "profile").status, 405);
  EXPECT_EQ(world_.Ask("POST", "resourceType/profile", "{}").status, 405);
  EXPECT_EQ(world_.Get("profile/%zz").status, 400);
  EXPECT_EQ(world_.Get("/contoso/campaign/").status, 400);
}

}  // namespace
}  // namespace causeway::sandbox::campaign
