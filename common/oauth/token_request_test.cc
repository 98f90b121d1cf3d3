#include "common/oauth/token_request.h"

#include "absl/strings/str_cat.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "common/http/testing/scripted_client.h"
#include "gtest/gtest.h"

namespace causeway::oauth {
namespace {

TokenRequest Entra() {
  TokenRequest request;
  request.system = "Entra ID";
  request.codes = {errors::kDynamicsCredentials, errors::kDynamicsUnreachable, errors::kDynamicsThrottled,
                   errors::kDynamicsUnavailable, errors::kDynamicsAnswer};
  return request;
}

absl::StatusOr<Token> Read(int status, std::string body, http::Headers headers = {}) {
  return ReadTokenAnswer({status, std::move(headers), std::move(body)}, Entra(), absl::UnixEpoch());
}

TEST(TokenRequest, ReadsATokenAndItsLife) {
  const auto token = Read(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"abc"})");
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(token->value, "abc");
  EXPECT_EQ(token->lifetime, absl::Seconds(3599));
  EXPECT_EQ(Read(200, R"({"expires_in":"3599","access_token":"abc"})")->lifetime, absl::Seconds(3599));
  TokenRequest milliseconds = Entra();
  milliseconds.expires_in_unit = absl::Milliseconds(1);
  EXPECT_EQ(ReadTokenAnswer({200, {}, R"({"expires_in":86399000,"access_token":"a"})"}, milliseconds, absl::UnixEpoch())
                ->lifetime,
            absl::Seconds(86399));
}

struct Case {
  int status;
  std::string body;
  std::string code;
};

TEST(TokenRequest, TellsWhoIsToBlame) {
  const std::vector<Case> cases = {
      {401, R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret."})",
       "CW-DYN-CREDENTIALS"},
      {400, R"({"error":"invalid_client"})", "CW-DYN-CREDENTIALS"},
      {400, R"({"error":"unauthorized_client","error_description":"AADSTS700016: Application not found"})",
       "CW-DYN-CREDENTIALS"},
      {400, R"({"error":"temporarily_unavailable"})", "CW-DYN-UNAVAILABLE"},
      {400, "<html>Bad gateway</html>", "CW-DYN-ANSWER"},
      {400, R"({"error":7})", "CW-DYN-ANSWER"},
      {403, "", "CW-DYN-ANSWER"},
      {429, "", "CW-DYN-THROTTLED"},
      {500, R"({"error":"server_error"})", "CW-DYN-UNAVAILABLE"},
      {503, "<html>", "CW-DYN-UNAVAILABLE"},
      {200, "", "CW-DYN-ANSWER"},
      {200, "<html>Sign in</html>", "CW-DYN-ANSWER"},
      {200, "{", "CW-DYN-ANSWER"},
      {200, "[]", "CW-DYN-ANSWER"},
      {200, "{}", "CW-DYN-ANSWER"},
      {200, R"({"expires_in":3599})", "CW-DYN-ANSWER"},
      {200, R"({"access_token":"","expires_in":3599})", "CW-DYN-ANSWER"},
      {200, R"({"access_token":7,"expires_in":3599})", "CW-DYN-ANSWER"},
      {200, R"({"access_token":"a\r\nX-Evil: 1","expires_in":3599})", "CW-DYN-ANSWER"},
      {200, R"({"access_token":"a"})", "CW-DYN-ANSWER"},
      {200, R"({"access_token":"a","expires_in":0})", "CW-DYN-ANSWER"},
      {200, R"({"access_token":"a","expires_in":-5})", "CW-DYN-ANSWER"},
      {200, R"({"access_token":"a","expires_in":"soon"})", "CW-DYN-ANSWER"},
      {302, "", "CW-DYN-ANSWER"},
      {200, std::string(100000, '['), "CW-DYN-ANSWER"},
      {200, "{\"access_token\":\"\xff\xfe\",\"expires_in\":3599}", "CW-DYN-ANSWER"},
  };
  for (const Case& c : cases) {
    const auto token = Read(c.status, c.body);
    ASSERT_FALSE(token.ok()) << c.body.substr(0, 100);
    EXPECT_EQ(errors::Describe(token.status()).code, c.code) << c.status << " " << c.body.substr(0, 100);
  }
}

TEST(TokenRequest, SaysWhyWithoutTheDescriptionsDetails) {
  const auto token = Read(
      401,
      R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret 'hunter2' provided."})");
  const errors::Detail detail = errors::Describe(token.status());
  EXPECT_EQ(detail.message, "Entra ID refused the credentials (invalid_client, AADSTS7000215).");
  EXPECT_EQ(detail.excerpt, "");
}

TEST(TokenRequest, KeepsRetryAfter) {
  EXPECT_EQ(errors::Describe(Read(429, "", {{"retry-after", "17"}}).status()).retry_after, absl::Seconds(17));
}

TEST(TokenRequest, ALongLifeIsCut) {
  EXPECT_EQ(Read(200, R"({"access_token":"a","expires_in":1e300})")->lifetime, absl::Hours(24 * 30));
}

TEST(TokenRequest, K5_TellsItsObserver) {
  async::ManualLoop loop;
  http::ScriptedClient http(loop);
  http.Answer("", 200, R"({"expires_in":3599,"access_token":"abc"})");
  http.Answer("", 429, "", {{"retry-after", "7"}});
  std::vector<std::string> reports;
  TokenRequest request = Entra();
  request.observer = [&reports](const CallReport& report) {
    reports.push_back(absl::StrCat(std::string(report.method), " ", report.status, " ",
                                   absl::FormatDuration(report.duration), " ", absl::FormatDuration(report.throttled)));
  };
  EXPECT_TRUE(loop.Await(RequestToken(loop, http, request)).ok());
  EXPECT_FALSE(loop.Await(RequestToken(loop, http, request)).ok());
  EXPECT_EQ(reports, (std::vector<std::string>{"POST 200 5ms 0", "POST 429 5ms 7s"}));
}

}  // namespace
}  // namespace causeway::oauth
