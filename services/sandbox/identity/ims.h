// Adobe IMS for one integration: POST /ims/token/v3 (OAuth server-to-server) and POST /ims/exchange/jwt/ (service
// account) (spec/campaign.md "Authentication").
#pragma once

#include <string>

#include "services/sandbox/http/message.h"
#include "services/sandbox/http/url.h"
#include "services/sandbox/identity/token_store.h"

namespace causeway::sandbox {

struct ImsSettings {
  std::string client_id = "sandbox-campaign";
  std::string client_secret = "sandbox-campaign-secret";
  std::string organization_id = "sandbox@AdobeOrg";
  std::string technical_account_id = "sandbox@techacct.adobe.com";
  // PEM; the certificate that is bound to the integration. Empty: none, every service account is refused.
  std::string jwt_public_key;
  int64_t lifetime_seconds = 86399;
};

class Ims {
 public:
  Ims(ImsSettings settings, const Clock& clock, uint64_t seed);

  http::Response AnswerOAuth(const http::Request& request);
  http::Response AnswerJwt(const http::Request& request);

  ImsSettings& settings() { return settings_; }
  const ImsSettings& settings() const { return settings_; }
  TokenStore& tokens() { return tokens_; }

 private:
  http::Response TokenAnswer(int64_t units_a_second);

  ImsSettings settings_;
  const Clock& clock_;
  TokenStore tokens_;
};

}  // namespace causeway::sandbox
