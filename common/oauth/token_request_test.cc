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
  request.url = "https://login.example/contoso/oauth2/v2.0/token";
  request.scope = "https://contoso.example/.default";
  request.secret = "hunter2";
  request.codes = {errors::kDynamicsCredentials, errors::kDynamicsToken, errors::kDynamicsUnreachable, errors::kDynamicsThrottled,
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
      {400, R"({"error":"invalid_grant","error_description":"The assertion has expired"})", "CW-DYN-CREDENTIALS"},
      {400, R"({"error":"unauthorized_client","error_description":"AADSTS700016: Application not found"})",
       "CW-DYN-TOKEN"},
      {400, R"({"error":"invalid_resource","error_description":"AADSTS500011: The resource was not found"})",
       "CW-DYN-TOKEN"},
      {400, R"({"error":"invalid_request","error_description":"AADSTS90002: Tenant 'x' not found."})", "CW-DYN-TOKEN"},
      {400, R"({"error":"invalid_scope"})", "CW-DYN-TOKEN"},
      {400, R"({"error":"server_error"})", "CW-DYN-UNAVAILABLE"},
      {404, "<html>Not found</html>", "CW-DYN-TOKEN"},
      {404, "", "CW-DYN-TOKEN"},
      {405, "", "CW-DYN-TOKEN"},
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

std::string MessageOf(int status, const std::string& body, const TokenRequest& request = Entra()) {
  return errors::Describe(ReadTokenAnswer({status, {}, body}, request, absl::UnixEpoch()).status()).message;
}

TEST(TokenRequest, R3_SaysWhyInTheSystemsOwnWords) {
  EXPECT_EQ(MessageOf(401, R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. )"
                           R"(Ensure it is the value, not the id. Trace ID: 1 Correlation ID: 2\r\nTimestamp: 3"})"),
            "Entra ID refused the credentials (invalid_client): AADSTS7000215: Invalid client secret provided. Ensure it is "
            "the value, not the id.");
  EXPECT_EQ(MessageOf(400, R"({"error":"invalid_request","error_description":"AADSTS90002: Tenant 'x' not found.\r\nTrace"})"),
            "Entra ID refused to make a token for https://contoso.example/.default (invalid_request): AADSTS90002: Tenant 'x' "
            "not found.");
  EXPECT_EQ(MessageOf(404, "<html>"),
            "Entra ID has no token endpoint at https://login.example/contoso/oauth2/v2.0/token (status 404).");
  TokenRequest ims = Entra();
  ims.system = "Adobe IMS";
  ims.scope = "openid,campaign_sdk";
  EXPECT_EQ(MessageOf(400, R"({"error":"invalid_scope","error_description":"Invalid scope: campaign_sdk"})", ims),
            "Adobe IMS refused to make a token for openid,campaign_sdk (invalid_scope): Invalid scope: campaign_sdk");
  EXPECT_EQ(MessageOf(400, R"({"error":"invalid_client"})", ims), "Adobe IMS refused the credentials (invalid_client).");
}

TEST(TokenRequest, R5_WhatItSaysIsHarmlessAndHoldsNoSecret) {
  const std::string message = MessageOf(
      401, R"({"error":"invalid_client","error_description":"No client 'hunter2' \u202e\u001b[2J\ud83d"})");
  EXPECT_EQ(message, "Entra ID refused the credentials (invalid_client): No client '…' \ufffd\ufffd[2J\ufffd");
  EXPECT_LT(MessageOf(401, absl::StrCat(R"({"error":"invalid_client","error_description":")", std::string(5000, 'x'), "\"}"))
                .size(),
            500u);
}

// A gateway's page must not end a workflow that has run for weeks.
TEST(TokenRequest, R3_AnEndpointThatHasGivenTokensIsThere) {
  TokenRequest request = Entra();
  request.proven = true;
  for (const int status : {404, 405}) {
    const auto token = ReadTokenAnswer({status, {}, "<html>"}, request, absl::UnixEpoch());
    EXPECT_TRUE(errors::IsTransient(token.status())) << token.status();
  }
}

TEST(TokenRequest, KeepsRetryAfter) {
  EXPECT_EQ(errors::Describe(Read(429, "", {{"retry-after", "17"}}).status()).retry_after, absl::Seconds(17));
  EXPECT_EQ(errors::Describe(Read(503, "", {{"retry-after", "17"}}).status()).retry_after, absl::Seconds(17));
  EXPECT_GE(errors::Describe(Read(429, "").status()).retry_after, absl::Seconds(1)) << "throttled all the same";
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
