// The token requests to Adobe IMS (spec/campaign.md "Authentication"). Pure.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/campaign/client.h"
#include "common/oauth/token_request.h"

namespace causeway::campaign {

// CW-CAM-CREDENTIALS when a service account's private key can't be used. `now` goes into a service account's assertion,
// which is short-lived: make a new request each time.
absl::StatusOr<oauth::TokenRequest> ImsToken(const ClientOptions& options, absl::Time now);

// The JSON Web Token (RFC 7519) of the claims, signed with RS256 (RFC 7518 section 3.3). INVALID_ARGUMENT for a key
// that is no RSA private key in PEM.
absl::StatusOr<std::string> SignJwt(absl::string_view claims_json, absl::string_view private_key_pem);

const std::string& ClientIdOf(const ClientOptions& options);

}  // namespace causeway::campaign
