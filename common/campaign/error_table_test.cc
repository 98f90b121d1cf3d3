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
};

TEST(ErrorTable, SaysWhatAnAnswerMeans) {
  constexpr Operation kDescribe = Operation::kDescribe, kList = Operation::kList, kGet = Operation::kGetEntity,
                      kCreate = Operation::kCreate, kWrite = Operation::kWriteEntity;
  const std::string generic = "RST-360011 An error has occurred - please contact your administrator.";
  const std::string oops = R"({"code":502,"message":"Oops. Something went wrong. Check your URI and try again."})";
  const std::string html = "<html><h1>Not what you asked for</h1></html>";
  const std::vector<Case> cases = {
      {kCreate, 401, R"({"error_code":"401013","message":"Oauth token is not valid"})", "CW-CAM-CREDENTIALS"},
      {kCreate, 401, html, "CW-CAM-CREDENTIALS"},
      {kCreate, 403, R"({"error_code":"403023","message":"Profile is not valid"})", "CW-CAM-PERMISSION"},
      {kCreate, 403, html, "CW-CAM-ANSWER", true},
      {kCreate, 429, R"({"error_code":"429050","message":"Too many requests"})", "CW-CAM-THROTTLED"},
      {kCreate, 429, html, "CW-CAM-THROTTLED"},
      {kCreate, 502, oops, "CW-CAM-UNAVAILABLE", true},
      {kList, 502, oops, "CW-CAM-UNAVAILABLE"},
      {kCreate, 404, oops, "CW-CAM-UNAVAILABLE", true},
      {kCreate, 500, oops, "CW-CAM-UNAVAILABLE", true},
      {kCreate, 503, html, "CW-CAM-UNAVAILABLE", true},
      {kCreate, 504, "", "CW-CAM-UNAVAILABLE", true},
      {kCreate, 503, Rst("503", absl::StrCat(generic, " invalid value")), "CW-CAM-UNAVAILABLE", true},
      {kCreate, 408, "", "CW-CAM-UNAVAILABLE", true},
      {kCreate, 500, "", "CW-CAM-UNAVAILABLE", true},
      {kCreate, 500, html, "CW-CAM-UNAVAILABLE", true},
      {kCreate, 500, "{\"message\":7", "CW-CAM-UNAVAILABLE", true},
      {kCreate, 500, Rst("500", "Internal error"), "CW-CAM-UNAVAILABLE", true},
      {kCreate, 500, Rst("500", generic), "CW-CAM-UNAVAILABLE", true},
      {kWrite, 500, Rst("500", generic), "CW-CAM-UNAVAILABLE", true},
      {kCreate, 500, Rst("500", absl::StrCat(generic, " Invalid value for field 'email'.")), "CW-CAM-REFUSED"},
      {kWrite, 500, Rst("500", absl::StrCat(generic, " The value of field 'lastName' is too long.")), "CW-CAM-REFUSED"},
      {kWrite, 500, Rst("500", "RST-360011 An error has occurred: the key field can't be changed."), "CW-CAM-REFUSED"},
      {kCreate, 500, Rst("500", absl::StrCat(generic, " Something that nobody has seen before.")), "CW-CAM-REFUSED"},
      {kList, 500, Rst("500", absl::StrCat(generic, " Something that nobody has seen before.")), "CW-CAM-REQUEST"},
      {kCreate, 500, R"({"error_code":500,"message":"RST-360011","details":"Invalid value for field 'email'"})",
       "CW-CAM-REFUSED"},
      {kCreate, 400, Rst("400", "RST-360011 Invalid value for field 'email'."), "CW-CAM-REFUSED"},
      {kCreate, 500, Rst("500", absl::StrCat(generic, " Unknown field 'cusShoe'.")), "CW-CAM-FIELD"},
      {kCreate, 500, Rst("500", absl::StrCat(generic, " Unknown attribute 'cusShoe'.")), "CW-CAM-FIELD"},
      {kCreate, 500, Rst("500", absl::StrCat(generic, " Unknown field 'cusInvalid'.")), "CW-CAM-FIELD"},
      {kCreate, 500, Rst("500", absl::StrCat(generic, " Duplicate key for field 'externalId'.")), "CW-CAM-EXISTS"},
      {kCreate, 409, Rst("409", "exists"), "CW-CAM-EXISTS"},
      {kCreate, 500, Rst("500", absl::StrCat(generic, " Invalid link for field 'cusParent'.")), "CW-CAM-LINK"},
      {kDescribe, 404, Rst("404", "RST-360000 Unknown resource."), "CW-CAM-RESOURCE"},
      {kDescribe, 404, Rst("404", "RST-360000 The requested resource does not exist."), "CW-CAM-RESOURCE"},
      {kCreate, 404, Rst("404", "RST-360000 The requested resource does not exist."), "CW-CAM-RESOURCE"},
      {kList, 404, Rst("404", "RST-360000 Unknown filter."), "CW-CAM-RESOURCE"},
      {kWrite, 404, Rst("404", "RST-360000 The requested resource does not exist."), "CW-CAM-NOT-FOUND"},
      {kGet, 404, Rst("404", "RST-360000 No such PKey."), "CW-CAM-NOT-FOUND"},
      {kWrite, 404, Rst("404", "RST-360000 Unknown resource 'cusOrder'."), "CW-CAM-RESOURCE"},
      {kWrite, 404, html, "CW-CAM-ANSWER", true},
      {kWrite, 404, "", "CW-CAM-ANSWER", true},
      {kList, 302, "", "CW-CAM-ANSWER"},
      {kCreate, 413, html, "CW-CAM-REFUSED"},
      {kList, 400, Rst("400", "Bad request"), "CW-CAM-REQUEST"},
      {kCreate, 400, std::string(100000, '['), "CW-CAM-ANSWER", true},
      {kCreate, 400, "\xff\xfe", "CW-CAM-ANSWER", true},
  };
  for (const Case& c : cases) {
    const errors::Detail detail =
        errors::Describe(ErrorOf({c.status, {}, c.body}, {c.operation, "profile"}, absl::UnixEpoch()));
    EXPECT_EQ(detail.code, c.code) << c.status << " " << c.body.substr(0, 200);
    EXPECT_EQ(detail.maybe_done, c.maybe_done) << c.status << " " << c.body.substr(0, 200);
  }
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
            "The resource profile lacks a field that is written (field cusShoe) (500, 500).");
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
