// The assertion of a service account: a JWT signed with RS256.
#pragma once

#include <string>
#include <string_view>

namespace causeway::sandbox {

// What the assertion must say.
struct JwtExpectation {
  std::string public_key;  // PEM
  std::string issuer;
  std::string subject;
  std::string audience_path;   // The audience's path, /c/{client id}: its host is the server's own name.
  std::string metascope_path;  // A claim of this path must be true: /s/ent_campaign_sdk
  int64_t now_seconds = 0;
};

// Empty: it holds. Else what is wrong, as IMS says it.
std::string CheckJwt(std::string_view token, const JwtExpectation& expected);

}  // namespace causeway::sandbox
