#include "services/sandbox/identity/entra.h"

#include <optional>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox {
namespace {

constexpr std::string_view kCodePrefix = "AADSTS";

// `description`: AADSTS<code>: <text>
http::Response Refuse(int status, std::string_view error, std::string_view description) {
  http::Response response{status, {}, "application/json; charset=utf-8", ""};
  response.body =
      Cat(R"({"error":)", JsonString(error), R"(,"error_description":)", JsonString(description), R"(,"error_codes":[)",
          description.substr(kCodePrefix.size(), description.find(':') - kCodePrefix.size()), "]}");
  return response;
}

http::Response MissingParameter(std::string_view name) {
  return Refuse(400, "invalid_request",
                Cat("AADSTS900144: The request body must contain the following parameter: '", name, "'."));
}

std::string_view WithoutPrefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : text;
}

bool IsLoopback(std::string_view host) { return host == "127.0.0.1" || host == "localhost" || host == "[::1]"; }

// Whether an origin is this server, which was asked under the name `host`.
bool IsThisServer(std::string_view origin, std::string_view host) {
  origin = WithoutPrefix(WithoutPrefix(origin, "http://"), "https://");
  if (http::EqualsIgnoreCase(origin, host)) return true;
  const size_t colon = origin.rfind(':'), host_colon = host.rfind(':');
  if (colon == std::string_view::npos || host_colon == std::string_view::npos) return false;
  return origin.substr(colon) == host.substr(host_colon) && IsLoopback(origin.substr(0, colon)) &&
         IsLoopback(host.substr(0, host_colon));
}

// The scope must be {org}/.default, where the organization is served here too.
std::optional<http::Response> CheckScope(std::string_view scope, std::string_view host, std::string_view tenant) {
  constexpr std::string_view kDefault = "/.default";
  const size_t scheme = scope.find("://");
  if (!scope.ends_with(kDefault) || scheme == std::string_view::npos || scope.find(' ') != std::string_view::npos) {
    return Refuse(400, "invalid_scope",
                  Cat("AADSTS70011: The provided request must include a 'scope' input parameter. The provided "
                      "value for the input parameter 'scope' is not valid. The scope ",
                      scope, " is not valid."));
  }
  const std::string_view resource = scope.substr(0, scope.size() - kDefault.size());
  if (IsThisServer(resource, host)) return std::nullopt;
  return Refuse(400, "invalid_resource",
                Cat("AADSTS500011: The resource principal named ", resource, " was not found in the tenant named ",
                    tenant, ". This can happen if the application has not been installed by the administrator of the "
                            "tenant or consented to by any user in the tenant."));
}

}  // namespace

Entra::Entra(EntraSettings settings, const Clock& clock, uint64_t seed)
    : settings_(std::move(settings)), tokens_(clock, "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.", seed) {}

http::Response Entra::Answer(const http::Request& request, const std::string& tenant) {
  if (request.method != "POST")
    return Refuse(405, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.");
  if (tenant != settings_.tenant)
    return Refuse(400, "invalid_request", Cat("AADSTS90002: Tenant '", tenant, "' not found."));
  const bool is_form = request.ContentType() == "application/x-www-form-urlencoded";
  const auto form = is_form ? http::ParsePairs(request.body) : std::nullopt;
  if (!form) return MissingParameter("grant_type");
  for (std::string_view name : {"grant_type", "client_id", "scope"}) {
    const std::string* value = http::Find(*form, name);
    if (value == nullptr || value->empty()) return MissingParameter(name);
  }
  if (*http::Find(*form, "grant_type") != "client_credentials")
    return Refuse(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
  const std::string& client_id = *http::Find(*form, "client_id");
  if (client_id != settings_.client_id) {
    return Refuse(400, "unauthorized_client",
                  Cat("AADSTS700016: Application with identifier '", client_id, "' was not found in the directory '",
                      tenant, "'."));
  }
  const std::string* secret = http::Find(*form, "client_secret");
  if (secret == nullptr)
    return Refuse(401, "invalid_client",
                  "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required.");
  if (*secret != settings_.client_secret)
    return Refuse(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
  if (auto refusal = CheckScope(*http::Find(*form, "scope"), request.host(), tenant)) return *std::move(refusal);
  http::Response response{200, {{"Cache-Control", "no-store, no-cache"}}, "application/json; charset=utf-8", ""};
  response.body = Cat(R"({"token_type":"Bearer","expires_in":)", settings_.lifetime_seconds, R"(,"ext_expires_in":)",
                      settings_.lifetime_seconds, R"(,"access_token":)",
                      JsonString(tokens_.Issue(settings_.lifetime_seconds)), "}");
  return response;
}

}  // namespace causeway::sandbox
