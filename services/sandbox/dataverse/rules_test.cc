// What customers and the database forbid, each with its own code (spec/dynamics365.md "Writing rows").
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/testing/world.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::HasSubstr;

constexpr char kId[] = "0d5c0c9e-9b7b-4c0e-8a52-6f5a0c1d2e3f";
constexpr char kMail[] = R"({"firstname":"Bob","emailaddress1":"ADA@contoso.example"})";

class Rules : public ::testing::Test {
 protected:
  Rules() : id_(world_.AddContact(R"({"firstname":"Ada","emailaddress1":"ada@contoso.example"})")) {}
  TableSchema& schema() { return world_.database.FindTable("contact")->schema(); }
  size_t rows() { return world_.database.FindTable("contact")->size(); }
  void Expect(const http::Response& response, int status, const char* code) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(ErrorCode(response), code);
    EXPECT_EQ(rows(), 1u);
  }

  World world_;
  const std::string id_;
};

TEST_F(Rules, E4_OnlyARowThatIsThereAnswers0x80040237) {
  Expect(world_.Post("contacts", Cat(R"({"contactid":")", id_, "\"}")), 412, "0x80040237");
  Expect(world_.Patch(Cat("contacts(", id_, ")"), "{}", {{"If-None-Match", "*"}}), 412, "0x80040237");
  EXPECT_EQ(world_.api.duplicates(), 2);
}

TEST_F(Rules, E4_AnAlternateKeyHasItsOwnCode) {
  schema().unique_rules.push_back({UniqueRule::Kind::kAlternateKey, "contoso_email", {"emailaddress1"}});
  const http::Response taken = world_.Patch(Cat("contacts(", kId, ")"), kMail, {{"If-None-Match", "*"}});
  Expect(taken, 412, "0x80060892");
  EXPECT_THAT(ErrorMessage(taken), HasSubstr("entity key contoso_email"));
  EXPECT_EQ(world_.Patch(Cat("contacts(", id_, ")"), kMail).status, 204) << "its own key is nobody else's";
  EXPECT_EQ(world_.Post("contacts", R"({"firstname":"No mail"})").status, 204);
  EXPECT_EQ(world_.Post("contacts", R"({"firstname":"No mail"})").status, 204) << "what is empty is no key";
  EXPECT_EQ(world_.api.duplicates(), 0);
}

TEST_F(Rules, E4_DuplicatesAreDetectedOnlyWhereAskedFor) {
  Expect(world_.Post("contacts", kMail, {{"MSCRM.SuppressDuplicateDetection", "false"}}), 412, "0x80040333");
  Expect(world_.Post("contacts", kMail, {{"MSCRM.SuppressDuplicateDetection", "no"}}), 400, "0x80060888");
  EXPECT_EQ(world_.Post("contacts", kMail, {{"MSCRM.SuppressDuplicateDetection", "true"}}).status, 204);
  EXPECT_EQ(world_.Post("contacts", kMail).status, 204);
}

TEST_F(Rules, R2_APlugInRefusesWithAnyText) {
  schema().plug_ins.push_back({"firstname", "Bob", "Unknown field 7: missing prvReadContact privilege"});
  const http::Response refused = world_.Post("contacts", kMail);
  Expect(refused, 400, "0x80040265");
  EXPECT_EQ(ErrorMessage(refused), "Unknown field 7: missing prvReadContact privilege");
  EXPECT_EQ(world_.Post("contacts", R"({"firstname":"Eve"})").status, 204);
}

TEST_F(Rules, R2_NoDayBefore1753OrAtTheEndOfTime) {
  Expect(world_.Post("contacts", R"({"birthdate":"1752-12-31"})"), 400, "0x80040239");
  Expect(world_.Post("contacts", R"({"contoso_lastvisit":"1752-12-31T23:59:59Z"})"), 400, "0x80040239");
  Expect(world_.Post("contacts", R"({"birthdate":"9999-12-31"})"), 400, "0x80040239");
  EXPECT_EQ(world_.Post("contacts", R"({"birthdate":"1753-01-01"})").status, 204);
  EXPECT_EQ(world_.Post("contacts", R"({"contoso_lastvisit":"9999-12-30T23:59:59Z"})").status, 204);
}

TEST_F(Rules, OptionsAndHeadersAreHonouredOrRefusedNeverIgnored) {
  const std::string target = Cat("contacts(", id_, ")");
  Expect(world_.Patch(target + "?$filter=1", "{}"), 400, "0x80060888");
  Expect(world_.Delete(target + "?x=1"), 400, "0x80060888");
  Expect(world_.Get(target, {{"MSCRMCallerID", kId}}), 403, "0x80040220");
  Expect(world_.Get(target, {{"MSCRM.BypassCustomPluginExecution", "true"}}), 403, "0x80040220");
  const http::Response shown =
      world_.Patch(target + "?$select=firstname", R"({"lastname":"L"})", {{"Prefer", "return=representation"}});
  EXPECT_TRUE(Body(shown).as_object().contains("firstname"));
  EXPECT_FALSE(Body(shown).as_object().contains("lastname"));
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
