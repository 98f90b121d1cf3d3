// Creates, updates and deletes (spec/campaign.md "REST API").
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/testing/world.h"

namespace causeway::sandbox::campaign {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class WritingTest : public ::testing::Test {
 protected:
  // It is refused as Campaign does, and nothing came of it.
  void ExpectRefused(std::string_view body, int status, std::string_view part) {
    const http::Response response = world_.Post("profile", body);
    EXPECT_EQ(response.status, status) << body.substr(0, 200) << "\n" << response.body;
    EXPECT_THAT(Message(response), HasSubstr(std::string(part)));
    EXPECT_EQ(TextAt(response, "error_code"), Cat(status));
    EXPECT_EQ(world_.Find("profile").size(), 0u);
  }

  World world_;
};

TEST_F(WritingTest, CreateAnswersTheWholeEntity) {
  const http::Response response = world_.Post(
      "profile",
      R"({"externalId":"c-1","firstName":"José","birthDate":"1980-02-29","gender":"female","blackListEmail":true,
          "cusChildren":2,"cusScore":1.5,"cusLastVisit":"2026-11-23T10:20:30+01:00","location":{"city":"Łódź"}})");
  EXPECT_EQ(response.status, 201);
  EXPECT_THAT(TextAt(response, "PKey"), StartsWith("@"));
  EXPECT_THAT(TextAt(response, "href"), StartsWith("http://sandbox.test:9000/contoso/campaign/profileAndServicesExt/"));
  EXPECT_EQ(TextAt(response, "created"), "2025-11-24 16:00:00.000Z");
  EXPECT_EQ(TextAt(response, "lastModified"), TextAt(response, "created"));
  EXPECT_EQ(TextAt(response, "firstName"), "José");
  EXPECT_EQ(TextAt(response, "lastName"), "");
  EXPECT_EQ(TextAt(response, "birthDate"), "1980-02-29");
  EXPECT_EQ(TextAt(response, "gender"), "female");
  EXPECT_EQ(TextAt(response, "blackListEmail"), "true");
  EXPECT_EQ(TextAt(response, "blackListFax"), "false");
  EXPECT_EQ(TextAt(response, "cusChildren"), "2");
  EXPECT_EQ(TextAt(response, "cusLastVisit"), "2026-11-23 09:20:30.000Z");
  EXPECT_EQ(TextAt(response, "location/city"), "Łódź");
  EXPECT_EQ(world_.Get(TextAt(response, "href")).body, response.body);
}

TEST_F(WritingTest, PatchChangesOnlyWhatIsSent) {
  const std::string href =
      world_.Add("profile", R"({"externalId":"c-1","firstName":"Ana","lastName":"Ruiz","location":{"city":"Rome"}})");
  world_.clock.now_ms += 60'000;
  const http::Response patched =
      world_.Patch(href, R"({"firstName":"Eva","lastName":null,"location":{"zipCode":"00100"}})");
  EXPECT_EQ(patched.status, 200);
  EXPECT_EQ(TextAt(patched, "href"), href);
  EXPECT_THAT(TextAt(patched, "PKey"), StartsWith("@"));
  EXPECT_EQ(TextAt(patched, "firstName"), "");  // Only PKey and href are told.
  const http::Response now = world_.Get(href);
  EXPECT_EQ(TextAt(now, "firstName"), "Eva");
  EXPECT_EQ(TextAt(now, "lastName"), "");
  EXPECT_EQ(TextAt(now, "location/city"), "Rome");
  EXPECT_EQ(TextAt(now, "location/zipCode"), "00100");
  EXPECT_EQ(TextAt(now, "created"), "2025-11-24 16:00:00.000Z");
  EXPECT_EQ(TextAt(now, "lastModified"), "2025-11-24 16:01:00.000Z");
}

TEST_F(WritingTest, RefusedPatchChangesNothing) {
  const std::string href = world_.Add("profile", R"({"externalId":"c-1","firstName":"Ana"})");
  const std::string before = world_.Get(href).body;
  world_.clock.now_ms += 60'000;
  for (const char* body :
       {R"({"firstName":"Eva","email":"nobody"})", R"({"firstName":"Eva","cusShoe":1})", R"({"firstName":"Eva")",
        R"({"firstName":"Eva","externalId":"c-2"})", R"({"firstName":"Eva","externalId":null})", R"({"PKey":"@x"})"}) {
    EXPECT_GE(world_.Patch(href, body).status, 400) << body;
  }
  EXPECT_EQ(world_.Get(href).body, before);
}

TEST_F(WritingTest, KeysAreUniqueAndStay) {
  const std::string first = world_.Add("profile", R"({"externalId":"c-1"})");
  const http::Response doubled = world_.Post("profile", R"({"externalId":"c-1"})");
  EXPECT_EQ(doubled.status, 500);
  EXPECT_THAT(Message(doubled), HasSubstr("duplicate key value"));
  EXPECT_THAT(Message(world_.Patch(first, R"({"externalId":"c-2"})")), HasSubstr("can't be changed"));
  EXPECT_EQ(world_.Patch(first, R"({"externalId":"c-1","firstName":"Ana"})").status, 200);

  // Records without a key are as many as one likes; one may get a key, though not one that is taken.
  const std::string nameless = world_.Add("profile", "{}");
  world_.Add("profile", "{}");
  EXPECT_THAT(Message(world_.Patch(nameless, R"({"externalId":"c-1"})")), HasSubstr("duplicate key value"));
  EXPECT_EQ(world_.Patch(nameless, R"({"externalId":"c-2"})").status, 200);
  EXPECT_EQ(world_.Post("profile", R"({"externalId":"c-2"})").status, 500);
  EXPECT_EQ(world_.api.calls().duplicates, 2);
}

TEST_F(WritingTest, DeletedRecordIsGoneAndItsKeyFree) {
  const std::string href = world_.Add("profile", R"({"externalId":"c-1"})");
  EXPECT_EQ(world_.Delete(href).status, 200);
  EXPECT_EQ(world_.Get(href).status, 404);
  EXPECT_EQ(world_.Patch(href, "{}").status, 404);
  EXPECT_EQ(world_.Delete(href).status, 404);
  EXPECT_THAT(Message(world_.Delete(href)), StartsWith("RST-360000"));
  EXPECT_NE(world_.Add("profile", R"({"externalId":"c-1"})"), href);
}

TEST_F(WritingTest, UnknownAndReadOnlyFieldsAreRefused) {
  ExpectRefused(R"({"cusShoe":1})", 500, "Unknown field 'cusShoe'");
  ExpectRefused(R"({"location":{"planet":"x"}})", 500, "Unknown field 'location/planet'");
  ExpectRefused(R"({"location/city":"x"})", 500, "Unknown field");
  ExpectRefused(R"({"firstName":{"x":1}})", 500, "'firstName'");
  for (const char* name : {"PKey", "href", "created", "lastModified"})
    ExpectRefused(Cat(R"({")", name, R"(":"x"})"), 500, "read-only");
  Resource& profile = world_.Find("profile").resource();
  profile.fields[profile.Find("firstName")].unpublished = true;
  ExpectRefused(R"({"firstName":"Ana"})", 500, "Unknown field 'firstName'");
}

TEST_F(WritingTest, WrongValuesAreRefused) {
  ExpectRefused(R"({"firstName":7})", 500, "Invalid value for field 'firstName'");
  ExpectRefused(R"({"firstName":["x"]})", 500, "'firstName'");
  ExpectRefused(R"({"email":"nobody"})", 500, "'email'");
  ExpectRefused(R"({"email":"a b@example.com"})", 500, "'email'");
  ExpectRefused(R"({"birthDate":"1981-02-29"})", 500, "'birthDate'");
  ExpectRefused(R"({"birthDate":"2020-01-01T00:00:00Z"})", 500, "'birthDate'");
  ExpectRefused(R"({"cusLastVisit":"yesterday"})", 500, "'cusLastVisit'");
  ExpectRefused(R"({"gender":"other"})", 500, "'gender'");
  ExpectRefused(R"({"gender":1})", 500, "'gender'");
  ExpectRefused(R"({"blackList":"true"})", 500, "'blackList'");
  ExpectRefused(R"({"cusChildren":1.5})", 500, "'cusChildren'");
  ExpectRefused(R"({"cusChildren":2147483648})", 500, "'cusChildren'");
  ExpectRefused(R"({"cusScore":"1"})", 500, "'cusScore'");
  ExpectRefused(R"({"lastName":"a\u0000b"})", 500, "'lastName'");
}

TEST_F(WritingTest, I1_TitleAndPostalAddressAreMadeOfOthers) {
  ExpectRefused(R"({"title":"Dr."})", 500, "read-only");
  ExpectRefused(R"({"postalAddress":{"serialized":"x"}})", 500, "read-only");
  ExpectRefused(R"({"blackListEmailLastModified":"2026-01-01 00:00:00.000Z"})", 500, "read-only");
  const std::string href = world_.Add("profile", R"({"firstName":"Ana","lastName":"Ruiz","email":"a@b.example","salutation":"Dr.",
                                         "location":{"address1":"Street 1","city":"Rome","countryCode":"IT"}})");
  const http::Response shown = world_.Get(href);
  EXPECT_EQ(TextAt(shown, "title"), "Ana Ruiz (a@b.example)");
  EXPECT_EQ(TextAt(shown, "salutation"), "Dr.");
  EXPECT_EQ(TextAt(shown, "postalAddress/serialized"), "Street 1\nRome\nIT");
}

TEST_F(WritingTest, I1_TextFieldsAreAsShortAsCampaigns) {
  ExpectRefused(Cat(R"({"mobilePhone":")", std::string(33, '1'), "\"}"), 500, "at most 32");
  ExpectRefused(Cat(R"({"phone":")", std::string(33, '1'), "\"}"), 500, "at most 32");
  ExpectRefused(Cat(R"({"fax":")", std::string(33, '1'), "\"}"), 500, "at most 32");
  ExpectRefused(Cat(R"({"salutation":")", std::string(21, 'x'), "\"}"), 500, "at most 20");
}

TEST_F(WritingTest, I1_CountriesAndStatesAreCodes) {
  ExpectRefused(R"({"location":{"countryCode":"Italy"}})", 500, "'location/countryCode'");
  ExpectRefused(R"({"location":{"countryCode":"it"}})", 500, "no such code");
  ExpectRefused(R"({"location":{"stateCode":"ZZ"}})", 500, "'location/stateCode'");
  EXPECT_EQ(world_.Post("profile", R"({"location":{"countryCode":"US","stateCode":"CA"}})").status, 201);
}

TEST_F(WritingTest, I9_EachAttributeTellsWhenItChanged) {
  const std::string href = world_.Add("profile", R"({"blackListEmail":false,"blackListFax":true})");
  http::Response shown = world_.Get(href);
  EXPECT_EQ(TextAt(shown, "blackListEmailLastModified"), "") << "it was never anything else";
  EXPECT_EQ(TextAt(shown, "blackListFaxLastModified"), TextAt(shown, "lastModified"));
  EXPECT_EQ(TextAt(shown, "blackListAllLastModified"), TextAt(shown, "lastModified"));
  EXPECT_EQ(TextAt(shown, "birthDate"), "");
  EXPECT_EQ(TextAt(shown, "preferredLanguage"), "none");
  EXPECT_EQ(TextAt(shown, "timeZone"), "none");
  world_.clock.now_ms += 60'000;
  world_.Patch(href, R"({"blackListEmail":true,"blackListFax":true,"preferredLanguage":"none"})");
  const std::string fax = TextAt(shown, "blackListFaxLastModified");
  shown = world_.Get(href);
  EXPECT_EQ(TextAt(shown, "blackListEmailLastModified"), TextAt(shown, "lastModified"));
  EXPECT_EQ(TextAt(shown, "blackListFaxLastModified"), fax);
  EXPECT_EQ(TextAt(shown, "preferredLanguage"), "none");
}

TEST_F(WritingTest, R2_RefusalsQuoteWhatPeopleWrote) {
  const http::Response refused = world_.Post("profile", R"({"email":"Unknown field 7"})");
  EXPECT_THAT(Message(refused), HasSubstr("RST-360011"));
  EXPECT_THAT(Message(refused), HasSubstr("Invalid value 'Unknown field 7' for field 'email'"));
  world_.Add("profile", R"({"externalId":"unknown resource"})");
  EXPECT_THAT(Message(world_.Post("profile", R"({"externalId":"unknown resource"})")),
              HasSubstr("PGS-220000 PostgreSQL error: ERROR: duplicate key value"));
}

TEST_F(WritingTest, LengthCountsCharactersNotBytes) {
  std::string thirty;
  for (int i = 0; i < 30; ++i) thirty += "ß";
  ExpectRefused(Cat(R"({"firstName":")", thirty, "x\"}"), 500, "too long");
  EXPECT_EQ(world_.Post("profile", Cat(R"({"firstName":")", thirty, "\"}")).status, 201);
}

TEST_F(WritingTest, BrokenBodiesAreRefused) {
  for (const char* body : {"", "[]", "7", "null", "{", R"({"firstName":"A)", R"({"firstName":"A"}x)",
                           "{\"firstName\":\"\xff\"}", R"({"firstName":"\ud800"})", "{\"firstName\":\"a\nb\"}"})
    ExpectRefused(body, 400, "RST-360010");
  ExpectRefused(R"({"firstName":"A","firstName":"B"})", 400, "twice");
  ExpectRefused(R"({"location":{"city":"A"},"location":{"city":"B"}})", 400, "twice");
  ExpectRefused(std::string(5000, '['), 400, "JSON");
}

TEST_F(WritingTest, BodiesThatAreNoJsonOrTooLargeStopAtTheGateway) {
  EXPECT_EQ(world_.Ask("POST", "profile", "{}", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(world_.Ask("POST", "profile", "{}", {{"Content-Type", ""}}).status, 415);
  EXPECT_EQ(world_.Ask("POST", "profile", "{}", {{"Content-Type", "application/json; charset=utf-8"}}).status, 201);
  const std::string large(11 << 20, ' ');
  EXPECT_EQ(world_.Post("profile", large).status, 413);
}

// Data policies: what is read back differs from what was sent.
TEST_F(WritingTest, PoliciesChangeValues) {
  const http::Response response = world_.Get(world_.Add(
      "profile", R"({"firstName":"ana","mobilePhone":"+34 (600) 12-34.56","phone":"","email":"a@b.example"})"));
  EXPECT_EQ(TextAt(response, "firstName"), "Ana");
  EXPECT_EQ(TextAt(response, "mobilePhone"), "+34600123456");
  EXPECT_EQ(TextAt(response, "email"), "a@b.example");
}

TEST_F(WritingTest, EveryRequestIsAnEngineCall) {
  const std::string href = world_.Add("profile", R"({"externalId":"c-1"})");
  world_.Post("profile", "no JSON");
  world_.Patch(href, R"({"firstName":"A"})");
  world_.Get(href);
  world_.Get("profile/byExternalId?externalId_parameter=c-1");
  world_.Get("profile");
  world_.Get("resourceType/profile");
  world_.Delete(href);
  world_.Ask("GET", "profile", "", {{"Authorization", ""}});  // The gateway refuses it: no engine call.
  const EngineCalls& calls = world_.api.calls();
  EXPECT_THAT((std::vector<int64_t>{calls.inserts, calls.updates, calls.lookups, calls.lists, calls.metadata,
                                    calls.deletes, calls.refused}),
              ElementsAre(2, 1, 2, 1, 1, 1, 1));
}

}  // namespace
}  // namespace causeway::sandbox::campaign
