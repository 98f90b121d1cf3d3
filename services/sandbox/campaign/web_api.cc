#include "services/sandbox/campaign/web_api.h"

#include <utility>

#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/api_error.h"
#include "services/sandbox/campaign/metadata.h"

namespace causeway::sandbox::campaign {
namespace {

http::Response UnknownResource(std::string_view name) { return NotFoundError(Cat("unknown resource '", name, "'")); }

}  // namespace

WebApi::WebApi(std::vector<Entities>& resources, Ims& ims, const Clock& clock, WebApiSettings settings)
    : resources_(resources), ims_(ims), settings_(std::move(settings)), requests_(resources, clock) {}

bool WebApi::Serves(std::string_view path) {
  const size_t slash = path.find('/', 1);
  return slash != std::string_view::npos && path.substr(slash).starts_with("/campaign/");
}

std::optional<http::Response> WebApi::CheckGateway(const http::Request& request) const {
  if (request.Header("Authorization").empty()) return GatewayError(401, "401010", "Oauth token is missing");
  if (!ims_.tokens().IsAuthorized(request.Header("Authorization")))
    return GatewayError(401, "401013", "Oauth token is not valid");
  if (request.Header("X-Api-Key").empty()) return GatewayError(403, "403000", "Api Key is required");
  if (request.Header("X-Api-Key") != ims_.settings().client_id)
    return GatewayError(403, "403003", "Api Key is invalid");
  return std::nullopt;
}

http::Response WebApi::Answer(const http::Request& request) {
  if (std::optional<http::Response> refusal = CheckGateway(request)) return *std::move(refusal);
  std::optional<std::vector<std::string>> segments = http::Segments(request.path());
  std::optional<http::Pairs> query = http::ParsePairs(request.query());
  if (!segments || !query || segments->size() < 3) return BadRequestError("The URL can't be read.");
  if ((*segments)[0] == settings_.tenant_without_cname) return OopsError(502);
  if ((*segments)[0] != settings_.tenant) return OopsError(500);
  http::Response response = Route(request, *std::move(segments), *std::move(query));
  if (response.status >= 400) ++calls().refused;
  return response;
}

// {tenant}/campaign/{endpoint}[/resourceType/{resource}] or …/{resource}[/{PKey} or filters]
http::Response WebApi::Route(const http::Request& request, std::vector<std::string> segments, http::Pairs query) {
  const Place place{Cat("http://", request.host(), "/", settings_.tenant, "/campaign"), segments[2]};
  if (!IsEndpoint(place.endpoint)) return UnknownResource(place.endpoint);
  if (segments.size() == 3) return Metadata(request, place, "");
  if (segments[3] == "resourceType" && segments.size() == 5) return Metadata(request, place, segments[4]);
  Entities* entities = Find(place.endpoint, segments[3]);
  if (entities == nullptr) return UnknownResource(segments[3]);
  segments.erase(segments.begin(), segments.begin() + 4);
  return requests_.Answer({request, place, *entities, std::move(segments), std::move(query)});
}

Entities* WebApi::Find(std::string_view endpoint, std::string_view name) {
  for (Entities& entities : resources_) {
    if (entities.resource().name == name && entities.resource().IsAt(endpoint)) return &entities;
  }
  return nullptr;
}

http::Response WebApi::Metadata(const http::Request& request, const Place& place, std::string_view resource) {
  if (request.method != "GET") return MethodNotAllowedError();
  if (!request.query().empty()) return BadRequestError("There are no parameters here.");
  ++calls().metadata;
  if (resource.empty()) return JsonAnswer(200, ListResources(resources_, place));
  const Entities* entities = Find(place.endpoint, resource);
  if (entities == nullptr) return UnknownResource(resource);
  return JsonAnswer(200, DescribeResource(entities->resource(), place.endpoint));
}

}  // namespace causeway::sandbox::campaign
