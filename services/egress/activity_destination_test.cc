#include "services/egress/activity_destination.h"

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "common/http/testing/scripted_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/egress/testing.h"

namespace causeway::egress {
namespace {

using engine::Outcome;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const http::Headers kMultipart = {{"content-type", "multipart/mixed; boundary=answers"}};

std::string Table(const std::string& name, bool activity = true) {
  return absl::StrCat(R"({"LogicalName":")", name, R"(","EntitySetName":")", name,
                      R"(s","PrimaryIdAttribute":"activityid",)", R"("IsActivity":)", activity ? "true" : "false", "}");
}

std::string Column(const std::string& name, const std::string& type = "String") {
  return absl::StrCat(R"({"LogicalName":")", name, R"(","AttributeType":")", type,
                      R"(","IsValidForRead":true,"IsValidForCreate":true,"IsValidForUpdate":true})");
}

std::string Columns(const std::vector<std::string>& columns) {
  return absl::StrCat(R"({"value":[)", absl::StrJoin(columns, ","), "]}");
}

std::string ErrorJson(const std::string& code, const std::string& message) {
  return absl::StrCat(R"({"error":{"code":")", code, R"(","message":")", message, "\"}}");
}

std::string Part(int status, const std::string& body = "") {
  return absl::StrCat(
      "--answers\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 ", status,
      " X\r\nContent-Type: application/json\r\n\r\n", body, "\r\n");
}

class Right : public engine::DispatchRight {
 public:
  async::Task<absl::Status> Obtain() override { co_return status; }
  absl::Status Check() const override { return status; }
  absl::Status status;
};

class ActivityDestinationTest : public ::testing::Test {
 protected:
  ActivityDestinationTest() {
    settings_.set_sends(true);
    Begin();
    http_.Always("/oauth2/", 200, R"({"expires_in":3599,"access_token":"t1"})");
  }

  void Begin() {
    dataverse::ClientOptions options;
    options.org_url = "https://contoso.example";
    options.authority = "https://login.example";
    destination_ = std::make_unique<ActivityDestination>(
        settings_, std::make_unique<dataverse::DataverseClient>(loop_, random_, http_, options), absl::Seconds(30));
  }

  void Prepare() {
    AnswerTable();
    AnswerPrivileges({"c", "a", "t"});
    const absl::Status prepared = loop_.Await(destination_->Prepare());
    ASSERT_TRUE(prepared.ok()) << prepared;
  }

  // The application user has those of `own`: Create (c) and Append (a) of activities, AppendTo (t) of contacts.
  void AnswerPrivileges(const std::vector<std::string>& own) {
    http_.Answer("WhoAmI", 200, R"({"UserId":"u1"})");
    std::vector<std::string> roles;
    for (const std::string& id : own) roles.push_back(absl::StrCat(R"({"Depth":"Basic","PrivilegeId":")", id, "\"}"));
    http_.Answer("systemusers(u1)/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", 200,
                 absl::StrCat(R"({"RolePrivileges":[)", absl::StrJoin(roles, ","), "]}"));
    http_.Answer("EntityDefinitions(LogicalName='contact')?$select=LogicalName,Privileges", 200,
                 R"({"Privileges":[{"PrivilegeType":"AppendTo","Name":"prvAppendToContact","PrivilegeId":"t"},
                                   {"PrivilegeType":"Delete","Name":"prvDeleteContact","PrivilegeId":"d"}]})");
    http_.Answer("EntityDefinitions(LogicalName='adobe_emailsend')?$select=LogicalName,Privileges", 200,
                 R"({"Privileges":[{"PrivilegeType":"Create","Name":"prvCreateActivity","PrivilegeId":"c"},
                                   {"PrivilegeType":"Append","Name":"prvAppendActivity","PrivilegeId":"a"}]})");
  }

  void AnswerTable(const std::vector<std::string>& dates = {"adobe_senton"}) {
    http_.Answer("EntityDefinitions(LogicalName='adobe_emailsend')?", 200, Table("adobe_emailsend"));
    std::vector<std::string> columns = {Column("subject"), Column("adobe_campaignname"), Column("adobe_deliveryname"),
                                        Column("createdon", "DateTime"), Column("adobe_mirrorpageurl")};
    for (const std::string& date : dates) columns.push_back(Column(date, "DateTime"));
    http_.Answer("/Attributes?", 200, Columns(columns));
    http_.Answer("DateTimeAttributeMetadata", 200, R"({"value":[]})");
  }

  // Which column of a table with these date columns has the event's time; empty: Prepare refuses.
  std::string DateColumnOf(const std::vector<std::string>& dates) {
    Begin();
    AnswerTable(dates);
    AnswerPrivileges({"c", "a", "t"});
    const absl::Status prepared = loop_.Await(destination_->Prepare());
    if (!prepared.ok()) {
      EXPECT_TRUE(errors::Is(prepared, errors::kActivityColumn)) << prepared;
      return "";
    }
    http_.Answer("PATCH", 204, "");
    EXPECT_EQ(Write(Sends(1)[0]).outcome, Outcome::kCreated);
    const std::string body = http_.requests().back().body;
    for (const std::string& date : dates) {
      if (absl::StrContains(body, absl::StrCat("\"", date, "\":\"2026-03-01T12:00:00Z\""))) return date;
    }
    return "none";
  }

  // Writes these events at once.
  std::vector<engine::Write> WriteAll(const std::vector<std::string>& events) {
    records_.clear();
    std::vector<engine::Write> writes;
    records_.reserve(events.size());
    for (const std::string& event : events) {
      v1::QueuedRecord& record = records_.emplace_back();
      record.set_kind(v1::QueuedRecord::KIND_UPSERT);
      record.set_row(event);
      writes.emplace_back().record = &record;
    }
    loop_.Await(Finish(std::span<engine::Write>(writes)));
    return writes;
  }
  async::Task<bool> Finish(std::span<engine::Write> writes) {
    co_await destination_->WriteAll(writes, right_);
    co_return true;
  }
  engine::Write Write(const std::string& event) { return WriteAll({event}).front(); }
  std::vector<std::string> Sends(int count) {
    std::vector<std::string> events;
    for (int i = 0; i < count; ++i) events.push_back(testing::EventJson(absl::StrCat("e", i), testing::kSend));
    return events;
  }

  async::ManualLoop loop_;
  async::Random random_{1};
  http::ScriptedClient http_{loop_};
  v1::EgressSettings settings_;
  Right right_;
  std::vector<v1::QueuedRecord> records_;
  std::unique_ptr<ActivityDestination> destination_;
};

TEST_F(ActivityDestinationTest, E6_ReportsAllProblemsAtOnce) {
  http_.Answer("EntityDefinitions(", 200, Table("adobe_emailsend"));
  http_.Answer("/Attributes?", 200, Columns({Column("subject"), Column("adobe_senton"), Column("adobe_deliveryname")}));
  AnswerPrivileges({});
  const absl::Status prepared = loop_.Await(destination_->Prepare());
  EXPECT_TRUE(errors::Is(prepared, errors::kActivityColumn));
  EXPECT_THAT(std::string(prepared.message()),
              AllOf(HasSubstr("adobe_campaignname"), HasSubstr("adobe_senton is of type String"),
                    HasSubstr("adobe_mirrorpageurl"), HasSubstr("prvAppendToContact")));
}

// Dynamics 365 would refuse it without saying which column it is.
TEST_F(ActivityDestinationTest, R2_ATimeThatDynamicsCannotHoldIsRefusedByNameAndTheRestGoesOn) {
  Prepare();
  const auto at = [](const char* id, const char* time) { return testing::EventJson(id, testing::kSend, testing::kContact, time); };
  http_.Answer("PATCH", 204, "");
  const std::vector<engine::Write> writes = WriteAll({at("e1", "1752-12-31T23:59:59Z"), at("e2", "0001-01-01T00:00:00Z"),
                                                      at("e3", "1753-01-01T00:00:00Z"), at("e4", "9999-12-31T00:00:00Z")});
  EXPECT_EQ(writes[2].outcome, Outcome::kCreated) << writes[2].status;
  EXPECT_THAT(http_.requests().back().body, HasSubstr(R"("adobe_senton":"1753-01-01T00:00:00Z")"));
  for (int refused : {0, 1, 3}) {
    EXPECT_TRUE(errors::Is(writes[refused].status, errors::kDynamicsRefused)) << refused;
    EXPECT_THAT(std::string(writes[refused].status.message()), HasSubstr("adobe_senton of adobe_emailsend")) << refused;
  }
  EXPECT_THAT(std::string(writes[0].status.message()), HasSubstr("before 1753-01-01"));
  EXPECT_THAT(std::string(writes[3].status.message()), HasSubstr("after 9999-12-30"));
}

TEST_F(ActivityDestinationTest, E6_ADateWithoutATimeIsNotEnough) {
  http_.Answer("DateTimeAttributeMetadata", 200,
               R"({"value":[{"LogicalName":"adobe_senton","DateTimeBehavior":{"Value":"DateOnly"}}]})");
  AnswerTable();
  AnswerPrivileges({"c", "a", "t"});
  const absl::Status prepared = loop_.Await(destination_->Prepare());
  EXPECT_TRUE(errors::Is(prepared, errors::kActivityColumn)) << prepared;
  EXPECT_THAT(std::string(prepared.message()), HasSubstr("adobe_senton is for dates without a time"));
}

TEST_F(ActivityDestinationTest, E6_EachTableHasADateColumnOfItsOwn) {
  EXPECT_EQ(DateColumnOf({"adobe_senton", "contoso_when"}), "adobe_senton");
  EXPECT_EQ(DateColumnOf({"contoso_when"}), "contoso_when") << "its only one will do where the usual one isn't there";
  EXPECT_EQ(DateColumnOf({"contoso_when", "contoso_until"}), "");
  EXPECT_EQ(DateColumnOf({}), "") << "when a row was made is nobody's to set";
  settings_.mutable_tables()->set_open_date_column("contoso_until");
  EXPECT_EQ(DateColumnOf({"adobe_senton", "contoso_until"}), "adobe_senton") << "that is another table's";
  settings_.mutable_tables()->set_date_column("contoso_when");
  EXPECT_EQ(DateColumnOf({"adobe_senton", "contoso_when"}), "contoso_when") << "one for all";
  EXPECT_EQ(DateColumnOf({"contoso_until"}), "") << "what people name must be there";
  settings_.mutable_tables()->set_send_date_column("contoso_until");
  EXPECT_EQ(DateColumnOf({"contoso_when", "contoso_until"}), "contoso_until");
}

TEST_F(ActivityDestinationTest, E6_AColumnHoldsOneThing) {
  settings_.mutable_tables()->set_campaign_name_column("adobe_deliveryname");
  Begin();
  AnswerTable();
  AnswerPrivileges({"c", "a", "t"});
  const absl::Status prepared = loop_.Await(destination_->Prepare());
  EXPECT_TRUE(errors::Is(prepared, errors::kActivityColumn)) << prepared;
  EXPECT_THAT(std::string(prepared.message()), HasSubstr("adobe_deliveryname is named for two things"));
}

TEST_F(ActivityDestinationTest, E6_ATableMustExistAndBeAnActivity) {
  http_.Answer("EntityDefinitions(", 404, R"({"error":{"code":"0x80040217","message":"Could not find an entity"}})");
  AnswerPrivileges({"t"});
  EXPECT_TRUE(errors::Is(loop_.Await(destination_->Prepare()), errors::kActivityTable));
  http_.Answer("EntityDefinitions(", 200, Table("adobe_emailsend", false));
  AnswerPrivileges({"t"});
  EXPECT_TRUE(errors::Is(loop_.Await(destination_->Prepare()), errors::kActivityTable));
}

TEST_F(ActivityDestinationTest, E6_MissingPrivilegesAreNamed) {
  AnswerTable();
  AnswerPrivileges({"a"});
  const absl::Status prepared = loop_.Await(destination_->Prepare());
  EXPECT_TRUE(errors::Is(prepared, errors::kDynamicsPrivilege)) << prepared;
  EXPECT_THAT(std::string(prepared.message()), HasSubstr("lacks prvAppendToContact, prvCreateActivity."));
}

TEST_F(ActivityDestinationTest, E6_AUserThatMayNotAskForItsPrivilegesIsNotHeldUp) {
  AnswerTable();
  http_.Answer("WhoAmI", 200, R"({"UserId":"u1"})");
  http_.Answer("RetrieveUserPrivileges", 403, R"({"error":{"code":"0x80040220","message":"missing prvReadUser"}})");
  const absl::Status prepared = loop_.Await(destination_->Prepare());
  EXPECT_TRUE(prepared.ok()) << prepared;
}

TEST_F(ActivityDestinationTest, E4_WhatIsThereAlreadyCountsAsDone) {
  Prepare();
  http_.Answer("PATCH https://contoso.example/api/data/v9.2/adobe_emailsends(", 204, "");
  const engine::Write made = Write(Sends(1)[0]);
  EXPECT_TRUE(made.status.ok()) << made.status;
  EXPECT_EQ(made.outcome, Outcome::kCreated);
  EXPECT_EQ(made.calls, 1);
  http_.Answer("PATCH", 412, R"({"error":{"code":"0x80040237","message":"exists"}})");
  const engine::Write again = Write(Sends(1)[0]);
  EXPECT_TRUE(again.status.ok()) << again.status;
  EXPECT_EQ(again.outcome, Outcome::kUnchanged);
}

TEST_F(ActivityDestinationTest, E5_AnUnknownContactIsSkipped) {
  Prepare();
  for (const char* message : {"contact With Id = 0a1b2c3d-0000-4000-8000-00000000000a Does Not Exist",
                              "Entity 'Contact' With Id = 0A1B2C3D-0000-4000-8000-00000000000A Does Not Exist"}) {
    http_.Answer("PATCH", 404, ErrorJson("0x80040217", message));
    const engine::Write write = Write(Sends(1)[0]);
    EXPECT_TRUE(write.status.ok()) << write.status;
    EXPECT_EQ(write.outcome, Outcome::kSkipped);
    EXPECT_STREQ(write.skip_reason, engine::skip::kContactGone);
  }
}

TEST_F(ActivityDestinationTest, E5_OnlyTheContactItselfMayBeMissing) {
  Prepare();
  const std::pair<int, std::string> kCases[] = {
      {404, ErrorJson("0x80040217", "systemuser With Id = 0a1b2c3d-0000-4000-8000-00000000000a Does Not Exist")},
      {404, ErrorJson("0x80040217", "adobe_emailsend With Id = 0a1b2c3d-0000-4000-8000-00000000000a Does Not Exist")},
      {404, ErrorJson("0x80040217", "contact With Id = 0a1b2c3d-0000-4000-8000-00000000000b Does Not Exist")},
      {404, ErrorJson("0x80040217", "The owner was not found")},
      {404, ErrorJson("0x80040265", "contact With Id = 0a1b2c3d-0000-4000-8000-00000000000a Does Not Exist")}};
  for (const auto& [status, body] : kCases) {
    http_.Answer("PATCH", status, body);
    const absl::Status refused = Write(Sends(1)[0]).status;
    EXPECT_TRUE(errors::Is(refused, errors::kDynamicsRefused)) << body << refused;
    EXPECT_THAT(body, HasSubstr(errors::Describe(refused).excerpt)) << "in the system's words";
  }
  http_.Answer("PATCH", 404, ErrorJson("0x80060888", "Resource not found for the segment 'adobe_emailsends'."));
  EXPECT_TRUE(errors::Is(Write(Sends(1)[0]).status, errors::kDynamicsTableGone));
}

TEST_F(ActivityDestinationTest, E4_OnlyTheActivityItselfCountsAsThere) {
  Prepare();
  for (const char* code : {"0x80060892", "0x80040333", "0x80040265"}) {
    http_.Answer("PATCH", 412, ErrorJson(code, "exists"));
    const absl::Status refused = Write(Sends(1)[0]).status;
    EXPECT_TRUE(errors::Is(refused, errors::kDynamicsRefused)) << code << refused;
    EXPECT_EQ(errors::Describe(refused).excerpt, "exists");
  }
  http_.Answer("$batch", 200,
               absl::StrCat(Part(412, ErrorJson("0x80060892", "key")), Part(412, ErrorJson("0x80040237", "id")),
                            Part(404, ErrorJson("0x80040217", "team With Id = 1 Does Not Exist")), "--answers--\r\n"),
               kMultipart);
  const std::vector<engine::Write> writes = WriteAll(Sends(3));
  EXPECT_TRUE(errors::Is(writes[0].status, errors::kDynamicsRefused)) << writes[0].status;
  EXPECT_EQ(writes[1].outcome, Outcome::kUnchanged);
  EXPECT_TRUE(errors::Is(writes[2].status, errors::kDynamicsRefused)) << writes[2].status;
}

TEST_F(ActivityDestinationTest, E4_WhereAnAnswerLeavesItOpenTheActivityIsLookedFor) {
  Prepare();
  const std::string get = "GET https://contoso.example/api/data/v9.2/adobe_emailsends(a9f39824-";
  const std::string event = testing::EventJson("e1", testing::kSend);
  http_.Answer("PATCH", 412, "");
  http_.Answer(get, 200, R"({"@odata.etag":"W/\"7\"","activityid":"a9f39824-3b94-5f97-9076-85c642471364"})");
  EXPECT_EQ(Write(event).outcome, Outcome::kUnchanged);
  http_.Answer("PATCH", 412, ErrorJson("0x80060882", "another version"));
  http_.Answer(get, 404, ErrorJson("0x80040217", "adobe_emailsend With Id = 1 Does Not Exist"));
  const absl::Status refused = Write(event).status;
  EXPECT_TRUE(errors::Is(refused, errors::kDynamicsRefused)) << refused;
  EXPECT_EQ(errors::Describe(refused).excerpt, "another version");
  http_.Answer("PATCH", 412, "");
  http_.Answer(get, 403, ErrorJson("0x80040220", "is missing prvReadActivity"));
  EXPECT_TRUE(errors::Is(Write(event).status, errors::kDynamicsRefused)) << "a read that isn't allowed ends no run";
  http_.Answer("PATCH", 412, "");
  http_.Answer(get, 503, "");
  EXPECT_TRUE(errors::IsTransient(Write(event).status));
}

TEST_F(ActivityDestinationTest, E4_WhatFailsAloneMayBeTheReasonItself) {
  Prepare();
  http_.Answer("PATCH", 500, "");
  EXPECT_EQ(Write(Sends(1)[0]).if_it_lasts, &errors::kDynamicsKeepsFailing);
  http_.Answer("PATCH", 429, "", {{"retry-after", "1"}});
  EXPECT_EQ(Write(Sends(1)[0]).if_it_lasts, nullptr);
  http_.Answer("$batch", 500, "");
  EXPECT_EQ(WriteAll(Sends(3))[0].if_it_lasts, nullptr);
}

TEST_F(ActivityDestinationTest, R3_AThrottledPartOfABatchHoldsBackTheOthersUntilThen) {
  Prepare();
  http_.Answer("$batch", 200,
               absl::StrCat(Part(204), "--answers\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 429 X\r\nRetry-After: 30",
                            "\r\n\r\n\r\n--answers--\r\n"),
               kMultipart);
  const std::vector<engine::Write> writes = WriteAll(Sends(2));
  EXPECT_EQ(writes[0].outcome, Outcome::kCreated);
  EXPECT_TRUE(errors::Is(writes[1].status, errors::kDynamicsThrottled)) << writes[1].status;
  EXPECT_TRUE(destination_->paused());
  const async::Instant answered = loop_.Now();
  http_.Answer("PATCH", 204, "");
  EXPECT_EQ(Write(Sends(2)[1]).outcome, Outcome::kCreated);
  EXPECT_GE(loop_.Now() - answered, absl::Seconds(30));
}

TEST_F(ActivityDestinationTest, E5_WhatNamesNoContactUnderTheDefinitionThatRunsIsSkipped) {
  settings_.set_contact_id_path("own/contact");
  Begin();
  Prepare();
  const engine::Write nobody = Write(Sends(1)[0]);
  EXPECT_EQ(nobody.outcome, Outcome::kSkipped);
  EXPECT_STREQ(nobody.skip_reason, engine::skip::kNoContactId);
  http_.Answer("PATCH", 204, "");
  EXPECT_EQ(Write(testing::EventJson("e1", testing::kSend, "", "2026-03-01T12:00:00Z",
                                     R"(,"own":{"contact":"0a1b2c3d-0000-4000-8000-00000000000f"})"))
                .outcome,
            Outcome::kCreated);
  EXPECT_THAT(http_.requests().back().body, HasSubstr("/contacts(0a1b2c3d-0000-4000-8000-00000000000f)"));
}

TEST_F(ActivityDestinationTest, E4_OneBadEventOfABatchDoesNotHoldUpTheOthers) {
  Prepare();
  http_.Answer("POST https://contoso.example/api/data/v9.2/$batch", 200,
               absl::StrCat(Part(204), Part(400, R"({"error":{"code":"0x80044331","message":"A value is too long"}})"),
                            Part(412, R"({"error":{"code":"0x80040237","message":"exists"}})"), "--answers--\r\n"),
               kMultipart);
  const std::vector<engine::Write> writes = WriteAll(Sends(3));
  EXPECT_EQ(writes[0].outcome, Outcome::kCreated);
  EXPECT_TRUE(errors::Is(writes[1].status, errors::kDynamicsRefused)) << writes[1].status;
  EXPECT_EQ(writes[2].outcome, Outcome::kUnchanged);
  EXPECT_EQ(writes[0].calls + writes[1].calls + writes[2].calls, 1);
}

TEST_F(ActivityDestinationTest, E4_ABatchThatIsRefusedAsAWholeSaysNothingOfItsEvents) {
  Prepare();
  http_.Answer("$batch", 413, "");
  http_.Answer("PATCH", 204, "");
  http_.Answer("PATCH", 400, R"({"error":{"code":"0x80044331","message":"A value is too long"}})");
  http_.Answer("PATCH", 412, R"({"error":{"code":"0x80040237","message":"exists"}})");
  const std::vector<engine::Write> writes = WriteAll(Sends(3));
  EXPECT_EQ(writes[0].outcome, Outcome::kCreated);
  EXPECT_TRUE(errors::Is(writes[1].status, errors::kDynamicsRefused)) << writes[1].status;
  EXPECT_EQ(writes[2].outcome, Outcome::kUnchanged);
  EXPECT_EQ(writes[0].calls, 4);
}

TEST_F(ActivityDestinationTest, E4_ABatchWhoseTokenIsRefusedIsNotTakenApart) {
  Prepare();
  http_.Answer("$batch", 401, "");
  http_.Answer("$batch", 401, "");
  for (const engine::Write& write : WriteAll(Sends(3))) {
    EXPECT_TRUE(errors::Is(write.status, errors::kDynamicsCredentials)) << write.status;
  }
}

std::string IdsOf(int count) {
  return absl::StrCat(R"({"Ids":[)", absl::StrJoin(std::vector<std::string>(count, "\"i\""), ","), "]}");
}

TEST_F(ActivityDestinationTest, E2_ManyOfATableGoAsOneCreateMultiple) {
  Prepare();
  http_.Answer("POST https://contoso.example/api/data/v9.2/adobe_emailsends/Microsoft.Dynamics.CRM.CreateMultiple", 200,
               IdsOf(12));
  int calls = 0;
  for (const engine::Write& write : WriteAll(Sends(12))) {
    EXPECT_TRUE(write.status.ok()) << write.status;
    EXPECT_EQ(write.outcome, Outcome::kCreated);
    calls += write.calls;
  }
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(http_.RequestsOf("CreateMultiple").front().body, HasSubstr(R"("activityid":"a9f39824-)"))
      << "ids that follow from the events";
}

TEST_F(ActivityDestinationTest, E4_WhatCreateMultipleRefusesIsToldOneByOne) {
  Prepare();
  http_.Answer("CreateMultiple", 412, R"({"error":{"code":"0x80040237","message":"duplicate"}})");
  std::string parts = Part(412, R"({"error":{"code":"0x80040237","message":"exists"}})");
  for (int i = 1; i < 12; ++i) parts += Part(204);
  http_.Answer("$batch", 200, absl::StrCat(parts, "--answers--\r\n"), kMultipart);
  const std::vector<engine::Write> writes = WriteAll(Sends(12));
  EXPECT_EQ(writes[0].outcome, Outcome::kUnchanged);
  EXPECT_EQ(writes[11].outcome, Outcome::kCreated);
  // And is not tried again at once: the next group goes straight to $batch.
  parts.clear();
  for (int i = 0; i < 12; ++i) parts += Part(204);
  http_.Answer("$batch", 200, absl::StrCat(parts, "--answers--\r\n"), kMultipart);
  EXPECT_EQ(WriteAll(Sends(12))[3].outcome, Outcome::kCreated);
  EXPECT_THAT(http_.RequestsOf("CreateMultiple"), SizeIs(1));
}

TEST_F(ActivityDestinationTest, W5_WhoMayNotWriteAtAllIsNotAskedForEach) {
  Prepare();
  for (const auto& [code, body] : {std::pair{errors::kDynamicsUser, ErrorJson("0x80072560", "The user is not a member of the organization.")},
                                   std::pair{errors::kDynamicsPrivilege, ErrorJson("0x80040220", "missing prvCreateActivity privilege")}}) {
    http_.Answer("$batch", 403, body);
    for (const engine::Write& write : WriteAll(Sends(4))) EXPECT_TRUE(errors::Is(write.status, code)) << write.status;
  }
  EXPECT_THAT(http_.RequestsOf("PATCH"), SizeIs(0));
}

TEST_F(ActivityDestinationTest, R1_ACreateMultipleWithoutAnAnswerIsTriedAgainAsAWhole) {
  Prepare();
  http_.Fail("CreateMultiple", absl::DeadlineExceededError("no answer"));
  for (const engine::Write& write : WriteAll(Sends(12))) EXPECT_TRUE(errors::IsTransient(write.status)) << write.status;
}

TEST_F(ActivityDestinationTest, E4_WhatFailsInCreateMultipleIsTriedAgainWhereItFailsAlone) {
  Prepare();
  http_.Answer("CreateMultiple", 500, "");
  for (const engine::Write& write : WriteAll(Sends(12))) EXPECT_TRUE(errors::IsTransient(write.status)) << write.status;
  std::string parts = Part(500);
  for (int i = 1; i < 12; ++i) parts += Part(204);
  http_.Answer("$batch", 200, absl::StrCat(parts, "--answers--\r\n"), kMultipart);
  const std::vector<engine::Write> again = WriteAll(Sends(12));
  EXPECT_TRUE(errors::IsTransient(again[0].status)) << again[0].status;
  EXPECT_EQ(again[11].outcome, Outcome::kCreated);
}

TEST_F(ActivityDestinationTest, R3_ARequestToWaitIsNoReasonToSendSmallerRequests) {
  Prepare();
  http_.Answer("CreateMultiple", 429, "", {{"retry-after", "1"}});
  for (const engine::Write& write : WriteAll(Sends(12))) EXPECT_TRUE(errors::IsTransient(write.status)) << write.status;
  http_.Answer("CreateMultiple", 200, IdsOf(12));
  EXPECT_EQ(WriteAll(Sends(12))[0].outcome, Outcome::kCreated);
}

TEST_F(ActivityDestinationTest, R1_ABatchWithoutAnAnswerIsTriedAgainAsAWhole) {
  Prepare();
  http_.Fail("$batch", absl::DeadlineExceededError("no answer"));
  for (const engine::Write& write : WriteAll(Sends(3))) EXPECT_TRUE(errors::IsTransient(write.status)) << write.status;
}

TEST_F(ActivityDestinationTest, R1_SendsNothingWithoutTheRight) {
  Prepare();
  right_.status = errors::Make(errors::kPartitionLost, "lost");
  const size_t before = http_.RequestsOf("adobe_emailsends").size();
  EXPECT_TRUE(errors::Is(Write(Sends(1)[0]).status, errors::kPartitionLost));
  EXPECT_EQ(http_.RequestsOf("adobe_emailsends").size(), before);
}

TEST_F(ActivityDestinationTest, E1_WhatWasDisabledMeanwhileIsSkipped) {
  Prepare();
  const engine::Write write = Write(testing::EventJson("e1", testing::kOpen));
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kSkipped);
  EXPECT_STREQ(write.skip_reason, engine::skip::kNotEnabled);
  EXPECT_EQ(write.calls, 0);
}

}  // namespace
}  // namespace causeway::egress
