#include "common/campaign/error_table.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::campaign {
namespace {

std::string Rst(const std::string& number, const std::string& message) {
  return absl::StrCat(R"({"error_code":)", number, R"(,"message":")", message, "\"}");
}

struct Case {
  Operation operation;
  int status;
  std::string body;
  std::string code;
  bool maybe_done = false;
  bool may_be_the_records = false;
};

constexpr Operation kDescribe = Operation::kDescribe, kList = Operation::kList, kGet = Operation::kGetEntity,
                    kCreate = Operation::kCreate, kWrite = Operation::kWriteEntity;
const char kGeneric[] = "RST-360011 An error has occurred - please contact your administrator.";
const char kOops[] = R"({"code":502,"message":"Oops. Something went wrong. Check your URI and try again."})";
const char kHtml[] = "<html><h1>Not what you asked for</h1></html>";

std::string Said(const std::string& details) { return Rst("500", absl::StrCat(kGeneric, " ", details)); }

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const absl::Status error = ErrorOf({c.status, {}, c.body}, {c.operation, "profile"}, absl::UnixEpoch());
    const errors::Detail detail = errors::Describe(error);
    EXPECT_EQ(detail.code, c.code) << c.status << " " << c.body.substr(0, 200);
    EXPECT_EQ(detail.maybe_done, c.maybe_done) << c.status << " " << c.body.substr(0, 200);
    EXPECT_EQ(MayBeTheRecords(error), c.may_be_the_records) << c.status << " " << c.body.substr(0, 200);
  }
}

TEST(ErrorTable, SaysWhatAStatusMeans) {
  Check({
      {kCreate, 401, R"({"error_code":"401013","message":"Oauth token is not valid"})", "CW-CAM-CREDENTIALS"},
      {kCreate, 401, kHtml, "CW-CAM-CREDENTIALS"},
      {kCreate, 403, R"({"error_code":"403023","message":"Profile is not valid"})", "CW-CAM-PERMISSION"},
      {kCreate, 403, kHtml, "CW-CAM-ANSWER", true, true},
      {kCreate, 429, R"({"error_code":"429050","message":"Too many requests"})", "CW-CAM-THROTTLED"},
      {kCreate, 429, kHtml, "CW-CAM-THROTTLED"},
      {kCreate, 502, kOops, "CW-CAM-UNAVAILABLE", true},
      {kList, 502, kOops, "CW-CAM-UNAVAILABLE"},
      {kCreate, 404, kOops, "CW-CAM-UNAVAILABLE", true},
      {kCreate, 500, kOops, "CW-CAM-UNAVAILABLE", true},
      {kCreate, 502, kHtml, "CW-CAM-UNAVAILABLE", true, true},
      {kCreate, 503, kHtml, "CW-CAM-UNAVAILABLE", true},
      {kCreate, 504, "", "CW-CAM-UNAVAILABLE", true, true},
      {kCreate, 503, Said("invalid value"), "CW-CAM-UNAVAILABLE", true},
      {kCreate, 408, "", "CW-CAM-UNAVAILABLE", true},
      {kWrite, 404, kHtml, "CW-CAM-ANSWER", true, true},
      {kWrite, 404, "", "CW-CAM-ANSWER", true, true},
      {kList, 302, "", "CW-CAM-ANSWER", false, true},
      {kCreate, 413, kHtml, "CW-CAM-REFUSED"},
      {kList, 400, Rst("400", "Bad request"), "CW-CAM-REQUEST"},
      {kCreate, 400, std::string(100000, '['), "CW-CAM-ANSWER", true, true},
      {kCreate, 400, "\xff\xfe", "CW-CAM-ANSWER", true, true},
  });
}

TEST(ErrorTable, SaysWhatIsNotThere) {
  const std::string no_document =
      "RST-360011 An error has occurred - please contact your administrator. Unable to find document with path 'Service' from key "
      "'adobe_nl:0' (document with schema 'service' and name 'adobe_nl')";
  const std::string no_pkey =
      "'O5iRp40EGA' attribute unknown (see definition of 'Profiles (nms:recipient)' schema). XTK-170036 Unable to parse expression "
      "'@id = @O5iRp40EGA'.";
  Check({
      {kDescribe, 404, Rst("404", "RST-360000 Unknown resource."), "CW-CAM-RESOURCE"},
      {kDescribe, 404, Rst("404", "RST-360000 The requested resource does not exist."), "CW-CAM-RESOURCE"},
      {kCreate, 404, Rst("404", "RST-360000 The requested resource does not exist."), "CW-CAM-RESOURCE"},
      {kList, 404, Rst("404", "RST-360000 Unknown filter."), "CW-CAM-RESOURCE"},
      {kWrite, 404, Rst("404", "RST-360000 The requested resource does not exist."), "CW-CAM-NOT-FOUND"},
      {kGet, 404, Rst("404", "RST-360000 No such PKey."), "CW-CAM-NOT-FOUND"},
      {kWrite, 404, Rst("404", "RST-360000 Unknown resource 'cusOrder'."), "CW-CAM-RESOURCE"},
      {kWrite, 404, Rst("404", "RST-360000 No such PKey: 'unknown resource'."), "CW-CAM-NOT-FOUND"},
      {kWrite, 404, Rst("404", no_document), "CW-CAM-NOT-FOUND"},
      {kCreate, 404, Rst("404", no_document), "CW-CAM-LINK"},
      {kWrite, 500, Rst("500", no_pkey), "CW-CAM-NOT-FOUND"},
      {kCreate, 500, Rst("500", no_pkey), "CW-CAM-LINK"},
  });
}

TEST(ErrorTable, R2_SaysWhatIsTheRecords) {
  Check({
      {kCreate, 500, Said("Invalid value for field 'email'."), "CW-CAM-REFUSED"},
      {kWrite, 500, Said("The value of field 'lastName' is too long."), "CW-CAM-REFUSED"},
      {kWrite, 500, Rst("500", "RST-360011 An error has occurred: the key field can't be changed."), "CW-CAM-REFUSED"},
      {kWrite, 500, Said("RST-360012 Inconsistent operation on resource 'service' - Cannot update key 'SVC3' to 'SVC4'."), "CW-CAM-REFUSED"},
      {kCreate, 500, Said("The value 'invalid' is not valid for the 'nms:recipient:gender' enumeration of the '@gender' field"),
       "CW-CAM-REFUSED"},
      {kWrite, 500, Rst("500", "The property 'title' is read-only."), "CW-CAM-REFUSED"},
      {kCreate, 500, Said("Something that nobody has seen before."), "CW-CAM-REFUSED"},
      {kCreate, 500, Rst("500", "XTK-170006 Unable to parse expression."), "CW-CAM-REFUSED"},
      {kCreate, 500, Rst("500", "SOP-330011 Error while executing the method 'Write' of service 'xtk:persist'."), "CW-CAM-REFUSED"},
      {kCreate, 500, Rst("500", "PGS-220000 PostgreSQL error: ERROR:  value too long for type character varying(50)"), "CW-CAM-REFUSED"},
      {kCreate, 500, R"({"error_code":500,"message":"RST-360011","details":"Invalid value for field 'email'"})", "CW-CAM-REFUSED"},
      {kCreate, 400, Rst("400", "RST-360011 Invalid value for field 'email'."), "CW-CAM-REFUSED"},
      {kCreate, 500, Said("Duplicate key for field 'externalId'."), "CW-CAM-EXISTS"},
      {kWrite, 500,
       Rst("500", R"(A 'Service' with the same key 'SVC4' already exists. PGS-220000 PostgreSQL error: ERROR:  duplicate key value violates unique constraint \"nmsservice_name\" DETAIL:  Key (sname)=(SVC4) already exists.)"),
       "CW-CAM-EXISTS"},
      {kCreate, 409, Rst("409", "exists"), "CW-CAM-EXISTS"},
      {kCreate, 500, Said("Invalid link for field 'cusParent'."), "CW-CAM-LINK"},
      {kCreate, 500, Said("Unknown field 'cusShoe'."), "CW-CAM-FIELD"},
      {kCreate, 500, Said("Unknown attribute 'cusShoe'."), "CW-CAM-FIELD"},
      {kCreate, 500, Said("Unknown field 'cusInvalid'."), "CW-CAM-FIELD"},
      {kCreate, 500, Rst("500", "'cusShoe' attribute unknown (see definition of 'Profiles (nms:recipient)' schema)."), "CW-CAM-FIELD"},
  });
}

TEST(ErrorTable, R5_AQuotedValueSaysNothing) {
  Check({
      {kCreate, 500, Said("Invalid value 'Unknown field 7' for field 'lastName'."), "CW-CAM-REFUSED"},
      {kCreate, 500, Said("Invalid value 'deadlock detected, please try again' for field 'lastName'."), "CW-CAM-REFUSED"},
      {kCreate, 500, Said("Invalid value 'duplicate' for field 'lastName'."), "CW-CAM-REFUSED"},
      {kCreate, 500,
       Rst("500", "PGS-220000 ERROR: duplicate key value violates unique constraint DETAIL: Key (s)=(deadlock detected) already exists."),
       "CW-CAM-EXISTS"},
  });
}

TEST(ErrorTable, R3_SaysWhatPassesByItself) {
  for (const char* details :
       {"PGS-220000 PostgreSQL error: ERROR:  deadlock detected DETAIL:  Process 1 waits for ShareLock. WDB-200001 SQL statement 'UPDATE' "
        "could not be executed.",
        "PGS-220000 PostgreSQL error: ERROR:  canceling statement due to lock timeout",
        "PGS-220000 PostgreSQL error: ERROR:  canceling statement due to statement timeout",
        "PGS-220000 PostgreSQL error: ERROR:  could not serialize access due to concurrent update",
        "PGS-220000 PostgreSQL error: FATAL:  terminating connection due to administrator command",
        "PGS-220000 PostgreSQL error: server closed the connection unexpectedly",
        "PGS-220000 PostgreSQL error: FATAL:  remaining connection slots are reserved", "The connection to the database was lost.",
        "The database is busy, please try again.", "The request timed out."}) {
    Check({{kCreate, 500, Said(details), "CW-CAM-UNAVAILABLE", true}, {kWrite, 500, Said(details), "CW-CAM-UNAVAILABLE", true}});
  }
}

TEST(ErrorTable, R2_WhatExplainsNothingMayBeTheRecords) {
  Check({
      {kCreate, 500, "", "CW-CAM-UNAVAILABLE", true, true},
      {kCreate, 500, kHtml, "CW-CAM-UNAVAILABLE", true, true},
      {kCreate, 500, "{\"message\":7", "CW-CAM-UNAVAILABLE", true, true},
      {kCreate, 500, Rst("500", "Internal error"), "CW-CAM-UNAVAILABLE", true, true},
      {kCreate, 500, Rst("500", kGeneric), "CW-CAM-UNAVAILABLE", true, true},
      {kWrite, 500, Rst("500", kGeneric), "CW-CAM-UNAVAILABLE", true, true},
      {kList, 500, Said("Something that nobody has seen before."), "CW-CAM-UNAVAILABLE", false, true},
      {kList, 500, Said("Invalid value for filter 'byExternalId'."), "CW-CAM-UNAVAILABLE", false, true},
      {kDescribe, 500, Said("Unknown field 'cusShoe'."), "CW-CAM-UNAVAILABLE", false, true},
  });
}

TEST(ErrorTable, W5_AGatewayThatFindsNothingMeansAWrongTenantUntilCampaignHasAnswered) {
  for (int status : {500, 502}) {
    const auto error = [&](bool answered) {
      return errors::Describe(ErrorOf({status, {}, kOops}, {kDescribe, "profile", answered}, absl::UnixEpoch()));
    };
    EXPECT_EQ(error(false).code, "CW-CAM-URI");
    EXPECT_EQ(error(true).code, "CW-CAM-UNAVAILABLE");
    for (bool answered : {false, true}) EXPECT_TRUE(absl::StrContains(error(answered).message, "Check your URI and try again."));
  }
  const absl::Status other = ErrorOf({502, {}, R"({"message":"Oops. Something went wrong."})"}, {kDescribe, "profile", false}, absl::UnixEpoch());
  EXPECT_EQ(errors::Describe(other).code, "CW-CAM-UNAVAILABLE");
}

TEST(ErrorTable, ShowsTheSystemsOwnNumber) {
  const auto message = [](const std::string& body) {
    return errors::Describe(ErrorOf({500, {}, body}, {kCreate, "profile"}, absl::UnixEpoch())).message;
  };
  EXPECT_TRUE(absl::StrContains(message(Said("PGS-220000 value too long.")), "(500, PGS-220000)"));
  EXPECT_TRUE(absl::StrContains(message(Said("Invalid value.")), "(500, RST-360011)"));
  EXPECT_TRUE(absl::StrContains(message(Rst("500", "Internal error")), "(500)"));
  EXPECT_TRUE(absl::StrContains(message(Rst("\"500123\"", "Internal error")), "(500, 500123)"));
}

errors::Detail Refusal(const std::string& details) {
  const std::string message =
      absl::StrCat("RST-360011 An error has occurred - please contact your administrator. ", details);
  return errors::Describe(ErrorOf({500, {}, Rst("500", message)}, {Operation::kCreate, "profile"}, absl::UnixEpoch()));
}

TEST(ErrorTable, I17_NamesTheField) {
  EXPECT_EQ(Refusal("Invalid value for field 'email'.").subject, "email");
  EXPECT_EQ(Refusal("Unknown field \\\"location/city\\\".").subject, "location/city");
  EXPECT_EQ(Refusal("Unknown field 'cusShoe'.").message,
            "The resource profile lacks a field that is written (field cusShoe) (500, RST-360011).");
}

TEST(ErrorTable, R5_ValuesAreInTheExcerptOnly) {
  for (const char* details : {"Invalid value 'jane@example.com'.", "Invalid value for field 'jane@example.com'.",
                              "Invalid value: 'Jane' in field 'Jane Doe"}) {
    const errors::Detail detail = Refusal(details);
    EXPECT_EQ(detail.subject, "profile") << details;
    EXPECT_FALSE(absl::StrContains(absl::AsciiStrToLower(detail.message), "jane")) << detail.message;
    EXPECT_TRUE(absl::StrContains(absl::AsciiStrToLower(detail.excerpt), "jane"));
  }
}

TEST(ErrorTable, R3_KeepsRetryAfter) {
  const absl::Status status =
      ErrorOf({429, {{"retry-after", "37"}}, ""}, {Operation::kCreate, "profile"}, absl::UnixEpoch());
  EXPECT_EQ(errors::Describe(status).retry_after, absl::Seconds(37));
}

TEST(ErrorTable, WithoutAnAnswerAWriteMayHaveBeenCarriedOut) {
  const auto detail = [](Operation operation, const absl::Status& error) {
    return errors::Describe(NoAnswer(error, {operation, "profile"}));
  };
  EXPECT_TRUE(detail(Operation::kCreate, absl::DeadlineExceededError("late")).maybe_done);
  EXPECT_TRUE(detail(Operation::kCreate, absl::UnknownError("cut")).maybe_done);
  EXPECT_TRUE(detail(Operation::kCreate, absl::ResourceExhaustedError("long")).maybe_done);
  EXPECT_FALSE(detail(Operation::kCreate, absl::UnavailableError("refused")).maybe_done);
  EXPECT_FALSE(detail(Operation::kCreate, absl::InvalidArgumentError("url")).maybe_done);
  EXPECT_FALSE(detail(Operation::kList, absl::UnknownError("cut")).maybe_done);
  EXPECT_EQ(detail(Operation::kCreate, absl::UnknownError("cut")).code, "CW-CAM-UNREACHABLE");
  EXPECT_EQ(detail(Operation::kCreate, absl::ResourceExhaustedError("long")).code, "CW-CAM-ANSWER");
}

}  // namespace
}  // namespace causeway::campaign
