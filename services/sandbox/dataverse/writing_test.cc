// spec/dynamics365.md "Writing rows".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/testing/world.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kId[] = "0d5c0c9e-9b7b-4c0e-8a52-6f5a0c1d2e3f";

class Writing : public ::testing::Test {
 protected:
  Writing() : id_(world_.AddContact(R"({"firstname":"Ada","emailaddress1":"ada@contoso.example"})")) {}
  std::string Target(std::string_view id) { return Cat("contacts(", id, ")"); }
  boost::json::value Row(std::string_view id) { return Body(world_.Get(Target(id))); }
  std::string ETag() { return std::string(Row(id_).at("@odata.etag").as_string()); }

  World world_;
  const std::string id_;
};

TEST_F(Writing, CreateAnswers204WithTheRowsAddress) {
  const http::Response response = world_.Post("contacts", Cat(R"({"contactid":")", kId, R"(","firstname":"Bob"})"));
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(HeaderOf(response, "OData-EntityId"), Cat("http://sandbox.test:9000/api/data/v9.2/contacts(", kId, ")"));
  EXPECT_EQ(response.body, "");
  const auto row = Row(kId);
  EXPECT_EQ(row.at("statecode").as_int64(), 0);
  EXPECT_EQ(row.at("statuscode").as_int64(), 1);
  EXPECT_FALSE(row.at("donotemail").as_bool());
  EXPECT_EQ(row.at("createdon").as_string(), row.at("modifiedon").as_string());
}

TEST_F(Writing, RetriedCreateWithAKeyMakesNoSecondRow) {
  const std::string body = Cat(R"({"contactid":")", kId, R"(","firstname":"Bob"})");
  world_.Post("contacts", body);
  const http::Response again = world_.Post("contacts", body);
  EXPECT_EQ(again.status, 412);
  EXPECT_EQ(world_.database.FindTable("contact")->size(), 2u);
}

TEST_F(Writing, RepresentationIsReturnedWhenPreferred) {
  const http::Response made = world_.Post("contacts", R"({"firstname":"Bob"})", {{"Prefer", "return=representation"}});
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(Body(made).at("firstname").as_string(), "Bob");
  const http::Response changed =
      world_.Patch(Target(id_), R"({"firstname":"Eve"})", {{"Prefer", "return=representation"}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(Body(changed).at("firstname").as_string(), "Eve");
}

struct Refusal {
  const char* body;
  const char* code;
  const char* message;
};
class RefusedBody : public ::testing::TestWithParam<Refusal> {};
INSTANTIATE_TEST_SUITE_P(
    Bodies, RefusedBody,
    ::testing::Values(Refusal{R"({"firstname":"B","shoesize":44})", "0x80048d19", "undeclared property 'shoesize'"},
                      Refusal{R"({"firstname":"B","parentcustomerid":"x"})", "0x80048d19", "undeclared property"},
                      Refusal{R"({"firstname":"012345678901234567890123456789012345678901234567890"})", "0x80044331",
                              "length of '50'"},
                      Refusal{R"({"firstname":7})", "0x80048d19", "Edm.String"},
                      Refusal{R"({"donotemail":"yes"})", "0x80048d19", "Edm.Boolean"},
                      Refusal{R"({"donotemail":1})", "0x80048d19", "Edm.Boolean"},
                      Refusal{R"({"gendercode":3})", "0x8004431a", "Accepted Values: 1,2"},
                      Refusal{R"({"gendercode":"Male"})", "0x80048d19", "Edm.Int32"},
                      Refusal{R"({"birthdate":"23/11/1990"})", "0x80048d19", "Edm.Date"},
                      Refusal{R"({"birthdate":"1990-11-23T00:00:00Z"})", "0x80048d19", "Edm.Date"},
                      Refusal{R"({"contoso_lastvisit":"soon"})", "0x80048d19", "Edm.DateTimeOffset"},
                      Refusal{R"({"numberofchildren":1.5})", "0x80048d19", "Edm.Int32"},
                      Refusal{R"({"numberofchildren":-1})", "0x80044330", "outside"},
                      Refusal{R"({"contoso_score":1001})", "0x80044330", "outside"},
                      Refusal{R"({"contoso_interests":"1,9"})", "0x8004431a", "Accepted"},
                      Refusal{R"({"fullname":"Ada L"})", "0x80048d19", "read-only"},
                      Refusal{R"({"createdon":"2020-01-01T00:00:00Z"})", "0x80048d19", "read-only"},
                      Refusal{R"({"firstname":"a","firstname":"b"})", "0x80048d19", "twice"},
                      Refusal{R"({"contactid":"7"})", "0x80048d19", "Edm.Guid"},
                      Refusal{R"({"statecode":0,"statuscode":2})", "0x80048408", "status code"},
                      Refusal{R"({"firstname":"a")", "0x80048d19", "JSON"}, Refusal{"[]", "0x80048d19", "JSON"},
                      Refusal{"{\"firstname\":\"\xff\"}", "0x80048d19", "JSON"},
                      Refusal{
                          R"x({"parentcustomerid_account@odata.bind":"/leads(5a4db0c0-0000-4000-8000-000000000001)"})x",
                          "0x80048d19", "account"}));
TEST_P(RefusedBody, LeavesTheRowAsItWas) {
  World world;
  const std::string id = world.AddContact(R"({"firstname":"Ada"})");
  const std::string target = Cat("contacts(", id, ")");
  const std::string before = world.Get(target).body;
  const int64_t version = world.database.last_version();
  for (const http::Response& response :
       {world.Post("contacts", GetParam().body), world.Patch(target, GetParam().body)}) {
    EXPECT_EQ(response.status, 400) << response.body;
    EXPECT_EQ(ErrorCode(response), GetParam().code);
    EXPECT_THAT(ErrorMessage(response), HasSubstr(GetParam().message));
  }
  EXPECT_EQ(world.Get(target).body, before);
  EXPECT_EQ(world.database.FindTable("contact")->size(), 1u);
  EXPECT_EQ(world.database.last_version(), version);
}

TEST_F(Writing, LengthIsCountedInCharacters) {
  std::string name;
  for (int i = 0; i < 50; ++i) name += "é";
  EXPECT_EQ(world_.Patch(Target(id_), Cat(R"({"firstname":")", name, "\"}")).status, 204);
  EXPECT_EQ(world_.Patch(Target(id_), Cat(R"({"firstname":")", name, "é\"}")).status, 400);
}

TEST_F(Writing, BodyMustBeJson) {
  for (const char* type : {"text/plain", "application/xml", ""}) {
    EXPECT_EQ(world_.Post("contacts", "{}", {{"Content-Type", type}}).status, 415) << type;
    EXPECT_EQ(world_.Patch(Target(id_), "{}", {{"Content-Type", type}}).status, 415) << type;
  }
  EXPECT_EQ(world_.Post("contacts", "{}", {{"Content-Type", "application/json; charset=utf-8"}}).status, 204);
}

TEST_F(Writing, PatchIsAnUpsertUnlessToldOtherwise) {
  EXPECT_EQ(world_.Patch(Target(kId), R"({"firstname":"New"})").status, 204);
  EXPECT_EQ(Row(kId).at("firstname").as_string(), "New");
  EXPECT_EQ(world_.Patch(Target(kId), R"({"lastname":"Er"})").status, 204);
  EXPECT_EQ(Row(kId).at("fullname").as_string(), "New Er") << "what isn't named stays";
}

TEST_F(Writing, CreateOnly) {
  const HeaderList create_only = {{"If-None-Match", "*"}};
  EXPECT_EQ(world_.Patch(Target(id_), R"({"firstname":"X"})", create_only).status, 412);
  EXPECT_EQ(Row(id_).at("firstname").as_string(), "Ada");
  EXPECT_EQ(world_.Patch(Target(kId), R"({"firstname":"X"})", create_only).status, 204);
}

TEST_F(Writing, UpdateOnly) {
  const HeaderList update_only = {{"If-Match", "*"}};
  EXPECT_EQ(world_.Patch(Target(kId), R"({"firstname":"X"})", update_only).status, 404);
  EXPECT_EQ(world_.Patch(Target(id_), R"({"firstname":"X"})", update_only).status, 204);
}

TEST_F(Writing, CompareAndSet) {
  const std::string etag = ETag();
  EXPECT_EQ(world_.Patch(Target(id_), R"({"firstname":"Mine"})", {{"If-Match", etag}}).status, 204);
  EXPECT_EQ(world_.Patch(Target(id_), R"({"firstname":"Late"})", {{"If-Match", etag}}).status, 412);
  EXPECT_EQ(world_.Delete(Target(id_), {{"If-Match", etag}}).status, 412);
  EXPECT_EQ(Row(id_).at("firstname").as_string(), "Mine");
  EXPECT_EQ(world_.Patch(Target(id_), R"({})", {{"If-Match", "yesterday"}}).status, 400);
}

TEST_F(Writing, DeleteTakesTheRowAway) {
  EXPECT_EQ(world_.Delete(Target(id_)).status, 204);
  EXPECT_EQ(world_.Get(Target(id_)).status, 404);
  EXPECT_EQ(world_.Delete(Target(id_)).status, 404);
}

TEST_F(Writing, StatusBringsItsState) {
  EXPECT_EQ(world_.Patch(Target(id_), R"({"statecode":1})").status, 204);
  EXPECT_EQ(Row(id_).at("statuscode").as_int64(), 2);
  EXPECT_EQ(world_.Patch(Target(id_), R"({"statuscode":1})").status, 204);
  EXPECT_EQ(Row(id_).at("statecode").as_int64(), 0);
}

TEST_F(Writing, ActivitiesAreBoundToContacts) {
  const std::string body =
      Cat(R"({"subject":"Sent","adobe_senton":"2026-11-23T10:00:00Z","statecode":1,"statuscode":2,)",
          R"x("regardingobjectid_contact_adobe_emailsend@odata.bind":"/contacts()x", id_, R"x()"})x");
  EXPECT_EQ(world_.Post("adobe_emailsends", body).status, 204);
  const http::Response list = world_.Get("adobe_emailsends?$select=_regardingobjectid_value");
  EXPECT_THAT(Values(list, "_regardingobjectid_value"), ElementsAre(id_));
  world_.Delete(Target(id_));
  EXPECT_EQ(world_.Post("adobe_emailsends", body).status, 404) << "bound to a row that isn't there";
}

TEST_F(Writing, NeedsThePrivileges) {
  Table& table = *world_.database.FindTable("contact");
  for (Privilege privilege : {Privilege::kCreate, Privilege::kWrite, Privilege::kDelete})
    world_.database.Set(privilege, table, false);
  EXPECT_EQ(world_.Post("contacts", "{}").status, 403);
  EXPECT_EQ(world_.Patch(Target(id_), "{}").status, 403);
  EXPECT_EQ(world_.Patch(Target(kId), "{}").status, 403);
  EXPECT_EQ(world_.Delete(Target(id_)).status, 403);
  EXPECT_EQ(table.size(), 1u);
}

TEST_F(Writing, ALookupNeedsAppendAndAppendTo) {
  const std::string body =
      Cat(R"x({"subject":"Sent","regardingobjectid_contact_adobe_emailsend@odata.bind":"/contacts()x", id_, R"x()"})x");
  Table& contacts = *world_.database.FindTable("contact");
  world_.database.Set(Privilege::kAppendTo, contacts, false);
  EXPECT_THAT(ErrorMessage(world_.Post("adobe_emailsends", body)), HasSubstr("prvAppendToContact"));
  world_.database.Set(Privilege::kAppendTo, contacts, true);
  // Activities share theirs.
  world_.database.Set(Privilege::kAppend, *world_.database.FindTable("adobe_emailopen"), false);
  EXPECT_THAT(ErrorMessage(world_.Post("adobe_emailsends", body)), HasSubstr("prvAppendActivity"));
  world_.database.Set(Privilege::kAppend, *world_.database.FindTable("adobe_emailopen"), true);
  EXPECT_EQ(world_.Post("adobe_emailsends", body).status, 204);
}

TEST_F(Writing, MethodsThatAResourceLacks) {
  for (const auto& [method, target] : std::initializer_list<std::pair<const char*, std::string>>{
           {"DELETE", "contacts"},
           {"PATCH", "contacts"},
           {"PUT", Target(id_)},
           {"GET", "$batch"},
           {"POST", "WhoAmI"},
           {"POST", "EntityDefinitions"},
           {"GET", "contacts/Microsoft.Dynamics.CRM.CreateMultiple"}}) {
    const http::Response response = world_.Ask(method, target);
    EXPECT_EQ(response.status, 405) << method << " " << target;
    EXPECT_NE(HeaderOf(response, "Allow"), "");
  }
}

constexpr char kCreateMultiple[] = "contacts/Microsoft.Dynamics.CRM.CreateMultiple";
constexpr char kUpsertMultiple[] = "contacts/Microsoft.Dynamics.CRM.UpsertMultiple";

TEST_F(Writing, CreateMultipleAnswersTheIds) {
  const http::Response response = world_.Post(
      kCreateMultiple, Cat(R"({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.contact","contactid":")", kId,
                           R"(","firstname":"B"},{"@odata.type":"Microsoft.Dynamics.CRM.contact","firstname":"C"}]})"));
  EXPECT_EQ(response.status, 200);
  const auto body = Body(response);
  ASSERT_EQ(body.at("Ids").as_array().size(), 2u);
  EXPECT_EQ(body.at("Ids").at(0).as_string(), kId);
  EXPECT_EQ(Row(std::string(body.at("Ids").at(1).as_string())).at("firstname").as_string(), "C");
}

TEST_F(Writing, OneFailureOfCreateMultipleRollsAllBack) {
  const http::Response response =
      world_.Post(kCreateMultiple, R"({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.contact","firstname":"B"},
                                    {"@odata.type":"Microsoft.Dynamics.CRM.contact","gendercode":9}]})");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(Values(world_.Get("contacts?$select=firstname"), "firstname"), ElementsAre("Ada"));
}

TEST_F(Writing, TargetsNameTheirType) {
  for (const char* body : {R"({"Targets":[{"firstname":"B"}]})", R"({"Targets":[]})", R"({})",
                           R"({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.account","name":"B"}]})"})
    EXPECT_EQ(world_.Post(kCreateMultiple, body).status, 400) << body;
}

TEST_F(Writing, UpsertMultipleChangesAndCreates) {
  const http::Response response = world_.Post(
      kUpsertMultiple, Cat(R"({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.contact","contactid":")", id_,
                           R"(","firstname":"Eve"},{"@odata.type":"Microsoft.Dynamics.CRM.contact","contactid":")", kId,
                           R"(","firstname":"Bob"}]})"));
  EXPECT_EQ(response.status, 204);
  EXPECT_THAT(Values(world_.Get("contacts?$select=firstname"), "firstname"), ElementsAre("Eve", "Bob"));
  const http::Response failed = world_.Post(
      kUpsertMultiple, Cat(R"({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.contact","contactid":")", id_,
                           R"(","firstname":"Zoe"},{"@odata.type":"Microsoft.Dynamics.CRM.contact"}]})"));
  EXPECT_EQ(failed.status, 400);
  EXPECT_EQ(Row(id_).at("firstname").as_string(), "Eve");
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
