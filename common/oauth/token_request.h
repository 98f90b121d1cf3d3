// One request to an OAuth 2 token endpoint (RFC 6749 section 4.4 and 5; spec/dynamics365.md and spec/campaign.md
// "Authentication").
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/task.h"
#include "common/errors/codes.h"
#include "common/http/client.h"
#include "common/oauth/observer.h"
#include "common/oauth/token_cache.h"

namespace causeway::oauth {

// The codes of the system whose token it is.
struct TokenCodes {
  errors::Code credentials;  // The client's secret or id was refused: workflow error.
  errors::Code request;      // Something else of the request was: tenant, scope, the endpoint itself. Workflow error.
  errors::Code unreachable;
  errors::Code throttled;
  errors::Code unavailable;
  errors::Code answer;  // No token in it, or no JSON at all.
};

struct TokenRequest {
  std::string url;
  std::string form;  // application/x-www-form-urlencoded.
  // What the token is asked for, as the form has it: refusals name it.
  std::string scope;
  // Shown in no message, even if the endpoint's own words repeat it.
  std::string secret;
  // The endpoint has given a token before: a page that isn't its own will pass.
  bool proven = false;
  // What one of `expires_in` is.
  absl::Duration expires_in_unit = absl::Seconds(1);
  absl::Duration deadline = absl::Seconds(30);
  // How the error messages name it: "Entra ID", "Adobe IMS".
  std::string system;
  TokenCodes codes;
  Observer observer;  // May be empty.
};

async::Task<absl::StatusOr<Token>> RequestToken(async::Loop& loop, http::Client& http, TokenRequest request);

// Pure part: what an answer of the endpoint says.
absl::StatusOr<Token> ReadTokenAnswer(const http::Response& response, const TokenRequest& request, absl::Time now);

}  // namespace causeway::oauth
