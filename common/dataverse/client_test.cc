#include "common/dataverse/client.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "common/http/testing/scripted_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::dataverse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kOrg[] = "https://contoso.example";
constexpr char kToken[] = R"({"token_type":"Bearer","expires_in":3599,"access_token":"t1"})";
constexpr char kId[] = "00000000-0000-0000-0000-00000000000a";

class DataverseClientTest : public testing::Test {
 protected:
  DataverseClientTest() {
    ClientOptions options;
    options.org_url = absl::StrCat(kOrg, "/");
    options.authority = "https://login.example";
    options.tenant = "contoso.example";
    options.client_id = "app";
    options.client_secret = "s&cret";
    options.observer = [this](const oauth::CallReport& report) { statuses_.push_back(report.status); };
    client_ = std::make_unique<DataverseClient>(loop_, random_, http_, options);
    contacts_.table = "contact";
    contacts_.entity_set = "contacts";
    contacts_.primary_id = "contactid";
    contacts_.columns = {"lastname", "_parentcustomerid_value"};
  }

  void GiveTokens() { http_.Always("/oauth2/", 200, kToken); }
  static std::string Page(const std::string& link_member, const std::string& rows = "") {
    return absl::StrCat(R"({"value":[)", rows, "],", link_member, "}");
  }
  static std::string Next(const std::string& path) { return absl::StrCat("\"@odata.nextLink\":\"", kOrg, path, "\""); }
  static std::string Delta(const std::string& path) {
    return absl::StrCat("\"@odata.deltaLink\":\"", kOrg, path, "\"");
  }
  static std::string Contact() { return absl::StrCat(R"({"@odata.etag":"W/\"7\"","contactid":")", kId, "\"}"); }
  absl::StatusOr<RowPage> Read(const std::string& link = "") { return loop_.Await(client_->Read(contacts_, link)); }
  static std::string CodeOf(const absl::Status& status) { return errors::Describe(status).code; }

  async::ManualLoop loop_;
  async::Random random_{1};
  http::ScriptedClient http_{loop_};
  std::vector<int> statuses_;
  std::unique_ptr<DataverseClient> client_;
  RowQuery contacts_;
};

TEST_F(DataverseClientTest, AsksEntraForATokenOfTheOrganization) {
  GiveTokens();
  http_.Answer("/contacts", 200, Page(Delta("/d")));
  ASSERT_TRUE(Read().ok());
  const http::Request& token = http_.requests()[0];
  EXPECT_EQ(token.method, "POST");
  EXPECT_EQ(token.url, "https://login.example/contoso.example/oauth2/v2.0/token");
  EXPECT_EQ(token.body,
            "grant_type=client_credentials&client_id=app&client_secret=s%26cret&scope=https%3A%2F%2Fcontoso.example%2F."
            "default");
  EXPECT_EQ(http::HeaderOf(http_.requests()[1], "Authorization"), "Bearer t1");
  EXPECT_THAT(statuses_, ElementsAre(200)) << "requests for tokens are not reported";
}

TEST_F(DataverseClientTest, I3_FirstRequestAsksForTrackingAndSelectsTheKeyToo) {
  GiveTokens();
  contacts_.page_size = 17;
  contacts_.annotations = true;
  http_.Answer("/contacts", 200, Page(Delta("/d"), Contact()));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->rows.size(), 1u);
  const http::Request& request = http_.requests()[1];
  EXPECT_EQ(request.url,
            "https://contoso.example/api/data/v9.2/contacts?$select=lastname,_parentcustomerid_value,contactid");
  EXPECT_EQ(http::HeaderOf(request, "Prefer"),
            "odata.maxpagesize=17,odata.track-changes,"
            "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"");
  EXPECT_EQ(http::HeaderOf(request, "OData-Version"), "4.0");
  EXPECT_EQ(http::HeaderOf(request, "OData-MaxVersion"), "4.0");
  EXPECT_EQ(http::HeaderOf(request, "Accept"), "application/json");
  EXPECT_EQ(http::HeaderOf(request, "If-None-Match"), "null");
}

TEST_F(DataverseClientTest, LinksAreUsedUnchangedWithTheSamePreference) {
  GiveTokens();
  const std::string link = absl::StrCat(kOrg, "/api/data/v9.2/contacts?$skiptoken=%3Ccookie%20a='b'%2F%3E&x=%2B");
  http_.Answer("skiptoken", 200, Page(Delta("/d"), Contact()));
  ASSERT_TRUE(Read(link).ok());
  EXPECT_EQ(http_.requests()[1].url, link);
  EXPECT_EQ(http::HeaderOf(http_.requests()[1], "Prefer"), "odata.maxpagesize=5000,odata.track-changes");
}

TEST_F(DataverseClientTest, ALinkToAnotherHostIsNeverRequested) {
  GiveTokens();
  for (const char* link :
       {"https://evil.example/x", "http://contoso.example/x", "https://contoso.example@evil.example/",
        "/api/data/v9.2/contacts?$skiptoken=1", "https://contoso.example:8443/"}) {
    EXPECT_EQ(CodeOf(Read(link).status()), "CW-DYN-LINK") << link;
    EXPECT_TRUE(http_.requests().empty()) << link;
  }
  http_.Answer("/contacts", 200, R"({"value":[],"@odata.nextLink":"https://evil.example/x"})");
  EXPECT_EQ(CodeOf(Read().status()), "CW-DYN-LINK");
  http_.Answer("/contacts", 200, R"({"value":[],"@odata.deltaLink":"https://evil.example/x"})");
  EXPECT_EQ(CodeOf(Read().status()), "CW-DYN-LINK");
  EXPECT_TRUE(http_.RequestsOf("evil").empty());
}

TEST_F(DataverseClientTest, EmptyPagesAreFollowedUpToABound) {
  GiveTokens();
  http_.Answer("/contacts", 200, Page(Next("/n1")));
  http_.Answer("/n1", 200, Page(Next("/n2")));
  http_.Answer("/n2", 200, Page(Delta("/d"), Contact()));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->rows.size(), 1u);

  for (int i = 0; i < 200; ++i)
    http_.Answer(absl::StrCat("/e", i, "."), 200, Page(Next(absl::StrCat("/e", i + 1, "."))));
  const absl::Status endless = Read(absl::StrCat(kOrg, "/e0.")).status();
  EXPECT_EQ(CodeOf(endless), "CW-DYN-ANSWER");
  EXPECT_TRUE(errors::IsTransient(endless));
  EXPECT_EQ(http_.unused(), 100u);
}

TEST_F(DataverseClientTest, APageThatLeadsToItselfIsNoPage) {
  GiveTokens();
  http_.Answer("/n1", 200, Page(Next("/n1"), Contact()));
  EXPECT_EQ(CodeOf(Read(absl::StrCat(kOrg, "/n1")).status()), "CW-DYN-ANSWER");
}

TEST_F(DataverseClientTest, BadAnswersToAReadAreRetriable) {
  GiveTokens();
  for (const std::string& body :
       std::vector<std::string>{"", "<html>Sign in</html>", "{\"value\":[", "{}", "[]", "\xff"}) {
    http_.Answer("/contacts", 200, body);
    const absl::Status status = Read().status();
    EXPECT_EQ(CodeOf(status), "CW-DYN-ANSWER") << body;
    EXPECT_TRUE(errors::IsTransient(status));
  }
}

TEST_F(DataverseClientTest, AnExpiredDeltaLinkIsToldApart) {
  GiveTokens();
  http_.Answer("deltatoken", 410, R"({"error":{"code":"0x80044352","message":"The delta token has expired."}})");
  EXPECT_EQ(CodeOf(Read(absl::StrCat(kOrg, "/contacts?$deltatoken=1")).status()), "CW-DYN-DELTA-EXPIRED");
}

TEST_F(DataverseClientTest, ATokenThatIsRefusedIsRenewedOnce) {
  http_.Answer("/oauth2/", 200, kToken);
  http_.Answer("/oauth2/", 200, R"({"expires_in":3599,"access_token":"t2"})");
  http_.Answer("/contacts", 401, "");
  http_.Answer("/contacts", 200, Page(Delta("/d")));
  ASSERT_TRUE(Read().ok());
  EXPECT_EQ(http::HeaderOf(http_.requests().back(), "Authorization"), "Bearer t2");
  EXPECT_THAT(statuses_, ElementsAre(401, 200));
}

TEST_F(DataverseClientTest, ANewTokenThatIsRefusedTooIsACredentialsError) {
  GiveTokens();
  http_.Always("/contacts", 401, "");
  const absl::Status status = Read().status();
  EXPECT_EQ(CodeOf(status), "CW-DYN-CREDENTIALS");
  EXPECT_EQ(errors::KindOf(status), errors::Kind::kWorkflow);
  EXPECT_EQ(http_.RequestsOf("/contacts").size(), 2u);
}

TEST_F(DataverseClientTest, W5_ARefusedSecretIsAWorkflowError) {
  http_.Answer("/oauth2/", 401, R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid secret."})");
  const absl::Status status = Read().status();
  EXPECT_EQ(CodeOf(status), "CW-DYN-CREDENTIALS");
  EXPECT_THAT(std::string(status.message()), HasSubstr("AADSTS7000215"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("s&cret")));
  EXPECT_TRUE(http_.RequestsOf("/contacts").empty());
}

TEST_F(DataverseClientTest, TroubleWithTheTokenEndpointIsTransient) {
  http_.Answer("/oauth2/", 200, "<html>Sign in</html>");
  EXPECT_EQ(CodeOf(Read().status()), "CW-DYN-ANSWER");
  http_.Answer("/oauth2/", 200, R"({"token_type":"Bearer"})");
  EXPECT_EQ(CodeOf(Read().status()), "CW-DYN-ANSWER");
  http_.Answer("/oauth2/", 503, "");
  EXPECT_EQ(CodeOf(Read().status()), "CW-DYN-UNAVAILABLE");
  http_.Fail("/oauth2/", absl::UnavailableError("connection refused"));
  EXPECT_EQ(CodeOf(Read().status()), "CW-DYN-UNREACHABLE");
}

TEST_F(DataverseClientTest, R3_NothingIsSentBeforeRetryAfterHasPassed) {
  GiveTokens();
  http_.Answer("/contacts", 429, R"({"error":{"code":"0x80072322","message":"m"}})", {{"retry-after", "30"}});
  const absl::Status status = Read().status();
  EXPECT_EQ(CodeOf(status), "CW-DYN-THROTTLED");
  EXPECT_EQ(errors::Describe(status).retry_after, absl::Seconds(30));
  const async::Instant refused = loop_.Now();
  http_.Answer("/contacts", 200, Page(Delta("/d")));
  EXPECT_TRUE(Read().ok());
  EXPECT_GE(loop_.Now() - refused, absl::Seconds(30));
}

TEST_F(DataverseClientTest, DescribesATable) {
  GiveTokens();
  http_.Answer("EntityDefinitions(LogicalName='con%27%27tact')?$select=", 200,
               R"({"LogicalName":"contact","EntitySetName":"contacts","PrimaryIdAttribute":"contactid",
                   "PrimaryNameAttribute":"fullname","ChangeTrackingEnabled":true,"IsCustomEntity":false,
                   "IsActivity":false,"DisplayName":{"UserLocalizedLabel":{"Label":"Contact"}}})");
  const auto table = loop_.Await(client_->DescribeTable("con'tact"));
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->entity_set, "contacts");
  EXPECT_EQ(table->primary_id, "contactid");
  EXPECT_EQ(table->display_name, "Contact");
  EXPECT_TRUE(table->change_tracking);

  http_.Answer("EntityDefinitions(", 404, R"({"error":{"code":"0x80040217","message":"Could not find an entity"}})");
  EXPECT_EQ(CodeOf(loop_.Await(client_->DescribeTable("gone")).status()), "CW-DYN-TABLE");
  for (const char* body : {"", "{}", "[]", R"({"LogicalName":7})", "<html>"}) {
    http_.Answer("EntityDefinitions(", 200, body);
    EXPECT_EQ(CodeOf(loop_.Await(client_->DescribeTable("contact")).status()), "CW-DYN-ANSWER") << body;
  }
}

TEST_F(DataverseClientTest, ListsTables) {
  GiveTokens();
  http_.Answer("EntityDefinitions?$select=", 200,
               R"({"value":[{"LogicalName":"contact","EntitySetName":"contacts","PrimaryIdAttribute":"contactid",
                             "DisplayName":{"UserLocalizedLabel":null}},
                            {"LogicalName":"internal","EntitySetName":null,"PrimaryIdAttribute":"x"}]})");
  const auto tables = loop_.Await(client_->ListTables());
  ASSERT_TRUE(tables.ok()) << tables.status();
  ASSERT_EQ(tables->size(), 1u) << "what has no entity set can't be read";
  EXPECT_EQ((*tables)[0].display_name, "");
}

TEST_F(DataverseClientTest, ListsColumnsWithTheBehaviorOfDates) {
  GiveTokens();
  http_.Answer("/Attributes?$select=", 200,
               R"({"value":[{"LogicalName":"birthdate","AttributeType":"DateTime","IsValidForRead":true},
                            {"LogicalName":"lastname","AttributeType":"String","IsValidForRead":true,
                             "IsValidForUpdate":true,"AttributeOf":null},
                            {"LogicalName":"contactid","AttributeType":"Uniqueidentifier","IsPrimaryId":true}]})");
  http_.Answer("DateTimeAttributeMetadata", 200,
               R"({"value":[{"LogicalName":"birthdate","DateTimeBehavior":{"Value":"DateOnly"}}]})");
  const auto columns = loop_.Await(client_->ListColumns("contact"));
  ASSERT_TRUE(columns.ok()) << columns.status();
  ASSERT_EQ(columns->size(), 3u);
  EXPECT_EQ((*columns)[0].date_time_behavior, "DateOnly");
  EXPECT_TRUE((*columns)[1].readable);
  EXPECT_FALSE((*columns)[1].creatable);
  EXPECT_TRUE((*columns)[2].primary_id);

  http_.Answer("/Attributes?$select=", 200, R"({"value":[{"LogicalName":"lastname","AttributeType":"String"}]})");
  EXPECT_TRUE(loop_.Await(client_->ListColumns("contact")).ok()) << "without dates one request is enough";
  http_.Answer("/Attributes?$select=", 200, R"({"value":[{"LogicalName":"lastname"}]})");
  EXPECT_EQ(CodeOf(loop_.Await(client_->ListColumns("contact")).status()), "CW-DYN-ANSWER");
}

TEST_F(DataverseClientTest, I8_ListsOptions) {
  GiveTokens();
  const auto list = [&](const char* type, const char* part, const std::string& body) {
    Column column;
    column.logical_name = "col";
    column.type = type;
    http_.Answer(part, 200, body);
    std::string text;
    const auto options = loop_.Await(client_->ListOptions("contact", column));
    if (!options.ok()) return CodeOf(options.status());
    for (const Option& option : *options) absl::StrAppend(&text, option.value, "=", option.label, ";");
    return text;
  };
  const std::string option = R"({"Value":1,"Label":{"UserLocalizedLabel":{"Label":"Male"}}})";
  EXPECT_EQ(list("Picklist", "CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet,GlobalOptionSet",
                 absl::StrCat(R"({"OptionSet":{"Options":[)", option, R"(,{"Value":2,"Label":{}}]}})")),
            "1=Male;2=;");
  EXPECT_EQ(list("Picklist", "PicklistAttributeMetadata",
                 absl::StrCat(R"({"OptionSet":null,"GlobalOptionSet":{"Options":[)", option, "]}}")),
            "1=Male;");
  EXPECT_EQ(list("State", "StateAttributeMetadata?$select=LogicalName&$expand=OptionSet",
                 absl::StrCat(R"({"OptionSet":{"Options":[)", option, "]}}")),
            "1=Male;");
  EXPECT_EQ(list("Boolean", "BooleanAttributeMetadata",
                 R"({"OptionSet":{"TrueOption":{"Value":1,"Label":{"UserLocalizedLabel":{"Label":"Yes"}}},
                                  "FalseOption":{"Value":0,"Label":{"UserLocalizedLabel":{"Label":"No"}}}}})"),
            "0=No;1=Yes;");
  EXPECT_EQ(list("Virtual", "MultiSelectPicklistAttributeMetadata", "{}"), "CW-DYN-ANSWER");
  Column text;
  text.type = "String";
  EXPECT_TRUE(loop_.Await(client_->ListOptions("contact", text))->empty());
}

TEST_F(DataverseClientTest, CountsRows) {
  GiveTokens();
  http_.Answer("RetrieveTotalRecordCount(EntityNames=['contact'])", 200,
               R"({"EntityRecordCountCollection":{"Count":1,"Keys":["contact"],"Values":[1234567]}})");
  EXPECT_EQ(*loop_.Await(client_->CountRows("contact")), 1234567);
  http_.Answer("RetrieveTotalRecordCount", 200, R"({"EntityRecordCountCollection":{"Values":[]}})");
  EXPECT_EQ(CodeOf(loop_.Await(client_->CountRows("contact")).status()), "CW-DYN-ANSWER");
}

TEST_F(DataverseClientTest, ReadsOneRow) {
  GiveTokens();
  http_.Answer(absl::StrCat("/contacts(", kId, ")?$select="), 200, Contact());
  EXPECT_EQ(loop_.Await(client_->ReadRow(contacts_, kId))->version, 7);
  http_.Answer("/contacts(", 404, R"({"error":{"code":"0x80040217","message":"Does Not Exist"}})");
  EXPECT_EQ(CodeOf(loop_.Await(client_->ReadRow(contacts_, kId)).status()), "CW-DYN-NOT-FOUND");
}

}  // namespace
}  // namespace causeway::dataverse
