// Adobe IMS for one integration: POST /ims/token/v3 (OAuth server-to-server), POST /ims/exchange/jwt/ (service account)
// and GET /ims/profile/v1 (which tenants the token may use) (spec/campaign.md "Authentication").
#pragma once

#include <string>
#include <string_view>
#include <vector>

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
  // Those that the integration has; others are refused.
  std::vector<std::string> scopes = {"AdobeID",
                                     "openid",
                                     "read_organizations",
                                     "additional_info.projectedProductContext",
                                     "additional_info.roles",
                                     "adobeio_api",
                                     "read_client_secret",
                                     "manage_client_secrets",
                                     "campaign_sdk",
                                     "campaign_config_server_general",
                                     "deliverability_service_general",
                                     "event_receiver_api"};
  std::vector<std::string> tenants = {"contoso"};
};

class Ims {
 public:
  Ims(ImsSettings settings, const Clock& clock, uint64_t seed);

  // A request for any of its addresses.
  http::Response Answer(const http::Request& request);
  http::Response AnswerOAuth(const http::Request& request);
  http::Response AnswerJwt(const http::Request& request);

  ImsSettings& settings() { return settings_; }
  const ImsSettings& settings() const { return settings_; }
  TokenStore& tokens() { return tokens_; }

 private:
  http::Response AnswerProfile(const http::Request& request) const;
  http::Response TokenAnswer(int64_t units_a_second, std::string_view scopes);

  ImsSettings settings_;
  const Clock& clock_;
  TokenStore tokens_;
};

}  // namespace causeway::sandbox
