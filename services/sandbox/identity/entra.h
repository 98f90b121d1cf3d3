// Entra ID's token endpoint for one application: POST /{tenant}/oauth2/v2.0/token (spec/dynamics365.md
// "Authentication").
#pragma once

#include <string>

#include "services/sandbox/http/message.h"
#include "services/sandbox/identity/token_store.h"

namespace causeway::sandbox {

struct EntraSettings {
  std::string tenant = "contoso";
  std::string client_id = "sandbox-dynamics";
  std::string client_secret = "sandbox-dynamics-secret";
  int64_t lifetime_seconds = 3599;
};

class Entra {
 public:
  Entra(EntraSettings settings, const Clock& clock, uint64_t seed);

  http::Response Answer(const http::Request& request, const std::string& tenant);

  EntraSettings& settings() { return settings_; }
  TokenStore& tokens() { return tokens_; }

 private:
  EntraSettings settings_;
  TokenStore tokens_;
};

}  // namespace causeway::sandbox
