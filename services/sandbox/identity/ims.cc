#include "services/sandbox/identity/ims.h"

#include <algorithm>
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
  for (std::string_view name : Split(*scope, ',')) {
    if (std::find(settings_.scopes.begin(), settings_.scopes.end(), name) == settings_.scopes.end())
      return Refuse(400, "invalid_scope", Cat("the scope ", name, " is not one of this client's"));
  }
  return TokenAnswer(1, *scope);
}

http::Response Ims::Answer(const http::Request& request) {
  if (request.path() == "/ims/token/v3") return AnswerOAuth(request);
  if (request.path() == "/ims/profile/v1") return AnswerProfile(request);
  if (request.path() == "/ims/exchange/jwt" || request.path() == "/ims/exchange/jwt/") return AnswerJwt(request);
  return Refuse(404, "not_found", "there is nothing at this address");
}

// Who has the token; with the scope for it, which products of which tenants it may use.
http::Response Ims::AnswerProfile(const http::Request& request) const {
  if (request.method != "GET") return Refuse(405, "invalid_request", "only GET is supported");
  const std::optional<std::string> scopes = tokens_.NoteOf(request.Header("Authorization"));
  if (!scopes) return Refuse(401, "invalid_token", "the access token is missing, expired or unknown");
  std::string contexts;
  const auto granted = Split(*scopes, ',');
  if (std::find(granted.begin(), granted.end(), "additional_info.projectedProductContext") != granted.end()) {
    for (const std::string& tenant : settings_.tenants) {
      Append(contexts, contexts.empty() ? "" : ",", R"({"prodCtx":{"serviceCode":"campaign_standard","organization_id":)",
             JsonString(tenant), R"(,"ident":)", JsonString(settings_.organization_id), "}}");
    }
  }
  return {200,
          {{"Cache-Control", "no-store"}},
          "application/json;charset=UTF-8",
          Cat(R"({"userId":)", JsonString(settings_.technical_account_id), R"(,"type":"service","name":"sandbox")",
              R"(,"projectedProductContext":[)", contexts, "]}")};
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
  return problem.empty() ? TokenAnswer(1000, "") : Refuse(400, "invalid_token", problem);
}

http::Response Ims::TokenAnswer(int64_t units_a_second, std::string_view scopes) {
  return {200,
          {{"Cache-Control", "no-store"}},
          "application/json;charset=UTF-8",
          Cat(R"({"access_token":)", JsonString(tokens_.Issue(settings_.lifetime_seconds, scopes)),
              R"(,"token_type":"bearer","expires_in":)", settings_.lifetime_seconds * units_a_second, "}")};
}

}  // namespace causeway::sandbox
