// Answers of token endpoints: nothing crashes, and a token that is read can go into a header.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "common/oauth/token_request.h"
#include "gtest/gtest.h"

namespace errors = causeway::errors;
namespace oauth = causeway::oauth;

std::vector<std::string> FuzzCorpus() {
  return {R"({"token_type":"Bearer","expires_in":3599,"access_token":"eyJ0eXAi.abc-_"})",
          R"({"access_token":"a","expires_in":"86399000"})",
          R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."})",
          R"({"error":"temporarily_unavailable"})",
          R"({"error":"invalid_scope\ud83d","error_description":"AADSTS70011: \ude00 'secret' Trace ID: 1"})"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  oauth::TokenRequest request;
  request.codes = {errors::kDynamicsCredentials, errors::kDynamicsToken, errors::kDynamicsUnreachable, errors::kDynamicsThrottled,
                   errors::kDynamicsUnavailable, errors::kDynamicsAnswer};
  for (int status : {200, 400, 401, 429, 500}) {
    const auto token = oauth::ReadTokenAnswer({status, {{"retry-after", body}}, body}, request, absl::UnixEpoch());
    if (!token.ok()) continue;
    EXPECT_GE(token->lifetime, absl::Seconds(1));
    EXPECT_TRUE(std::all_of(token->value.begin(), token->value.end(), [](char c) { return c > ' ' && c < 0x7f; }));
  }
  return 0;
}
