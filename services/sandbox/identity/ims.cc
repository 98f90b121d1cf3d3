#include "services/sandbox/identity/ims.h"

#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/identity/jwt.h"

namespace causeway::sandbox {
namespace {

http::Response Refuse(int status, std::string_view error, std::string_view description) {
  return {status,
          {},
          "application/json;charset=UTF-8",
          Cat(R"({"error":)", JsonString(error), R"(,"error_description":)", JsonString(description), "}")};
}

// The form, when it is one and names the integration with its secret; else the refusal.
std::pair<http::Pairs, std::optional<http::Response>> ReadForm(const http::Request& request,
                                                               const ImsSettings& settings) {
  if (request.method != "POST") return {{}, Refuse(405, "invalid_request", "only POST is supported")};
  const bool is_form = request.ContentType() == "application/x-www-form-urlencoded";
  std::optional<http::Pairs> form = is_form ? http::ParsePairs(request.body) : std::nullopt;
  if (!form) return {{}, Refuse(400, "invalid_request", "the body must be a URL-encoded form")};
  for (std::string_view name : {"client_id", "client_secret"}) {
    if (http::Find(*form, name) == nullptr)
      return {{}, Refuse(400, "invalid_request", Cat("missing parameter ", name))};
  }
  if (*http::Find(*form, "client_id") != settings.client_id)
    return {{}, Refuse(400, "invalid_client", "invalid client_id parameter")};
  if (*http::Find(*form, "client_secret") != settings.client_secret)
    return {{}, Refuse(401, "invalid_client", "invalid client_secret parameter")};
  return {*std::move(form), std::nullopt};
}

}  // namespace

Ims::Ims(ImsSettings settings, const Clock& clock, uint64_t seed)
    : settings_(std::move(settings)),
      clock_(clock),
      tokens_(clock, "eyJhbGciOiJSUzI1NiIsIng1dSI6Imltcy5jZXIifQ.", seed) {}

http::Response Ims::AnswerOAuth(const http::Request& request) {
  auto [form, refusal] = ReadForm(request, settings_);
  if (refusal) return *std::move(refusal);
  const std::string* grant_type = http::Find(form, "grant_type");
  if (grant_type == nullptr || *grant_type != "client_credentials")
    return Refuse(400, "unsupported_grant_type", "grant_type must be client_credentials");
  const std::string* scope = http::Find(form, "scope");
  if (scope == nullptr || scope->empty() || scope->find(' ') != std::string::npos)
    return Refuse(400, "invalid_scope", "scope must be a list separated by commas");
  return TokenAnswer(1);
}

http::Response Ims::AnswerJwt(const http::Request& request) {
  auto [form, refusal] = ReadForm(request, settings_);
  if (refusal) return *std::move(refusal);
  const std::string* token = http::Find(form, "jwt_token");
  if (token == nullptr) return Refuse(400, "invalid_request", "missing parameter jwt_token");
  if (settings_.jwt_public_key.empty())
    return Refuse(400, "invalid_token", "Could not match JWT signature to any of the bindings");
  const std::string problem =
      CheckJwt(*token, {settings_.jwt_public_key, settings_.organization_id, settings_.technical_account_id,
                        "/c/" + settings_.client_id, "/s/ent_campaign_sdk", clock_.NowMillis() / 1000});
  return problem.empty() ? TokenAnswer(1000) : Refuse(400, "invalid_token", problem);
}

http::Response Ims::TokenAnswer(int64_t units_a_second) {
  return {200,
          {{"Cache-Control", "no-store"}},
          "application/json;charset=UTF-8",
          Cat(R"({"access_token":)", JsonString(tokens_.Issue(settings_.lifetime_seconds)),
              R"(,"token_type":"bearer","expires_in":)", settings_.lifetime_seconds * units_a_second, "}")};
}

}  // namespace causeway::sandbox
