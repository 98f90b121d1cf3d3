#include "services/sandbox/campaign/web_api.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/api_error.h"
#include "services/sandbox/campaign/entity_renderer.h"
#include "services/sandbox/campaign/metadata.h"

namespace causeway::sandbox::campaign {
namespace {

constexpr char kJson[] = "application/json;charset=utf-8";
constexpr int64_t kDefaultLines = 25;
constexpr int64_t kMaxLines = 10'000;
// Above this a next link comes only with _forcePagination (spec/campaign.md).
constexpr size_t kPaginationLimit = 100'000;
constexpr size_t kMaxBody = 10 << 20;

bool IsEndpoint(std::string_view name) {
  return name == "profileAndServices" || name == "profileAndServicesExt" || name == "customResources";
}

http::Response MethodNotAllowed() { return GatewayError(405, "405000", "Method not allowed"); }

// Records whose field begins with the text, with regard to case.
std::optional<std::vector<size_t>> FindByText(const Entities& entities, std::string_view text,
                                              std::string_view field_name) {
  const int field = entities.resource().Find(field_name);
  if (field < 0) return std::nullopt;
  std::vector<size_t> slots;
  std::string scratch;
  for (size_t slot = 0; slot < entities.slots(); ++slot) {
    const Entity* entity = entities.At(slot);
    if (entity != nullptr && TextOfToken(entity->values.Get(field), scratch).starts_with(text)) slots.push_back(slot);
  }
  return slots;
}

}  // namespace

WebApi::WebApi(std::vector<Entities>& resources, Ims& ims, const Clock& clock, WebApiSettings settings)
    : resources_(resources), ims_(ims), clock_(clock), settings_(std::move(settings)) {}

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
  const std::optional<std::vector<std::string>> segments = http::Segments(request.path());
  std::optional<http::Pairs> query = http::ParsePairs(request.query());
  if (!segments || !query || segments->size() < 3) return BadRequestError("The URL can't be read.");
  if ((*segments)[0] != settings_.tenant) return GatewayError(403, "403023", "Profile is not valid");
  if (!IsEndpoint((*segments)[2])) return NotFoundError(Cat("unknown resource '", (*segments)[2], "'"));
  http::Response response = Route(request, *segments, *std::move(query));
  if (response.status >= 400) ++calls_.refused;
  return response;
}

// {tenant}/campaign/{endpoint}[/{resource}[/{PKey or filter}]]
http::Response WebApi::Route(const http::Request& request, const std::vector<std::string>& segments,
                             http::Pairs query) {
  const std::string& endpoint = segments[2];
  if (segments.size() == 3) return Metadata(request, endpoint, "");
  if (segments[3] == "resourceType" && segments.size() == 5) return Metadata(request, endpoint, segments[4]);
  Entities* entities = Find(endpoint, segments[3]);
  if (entities == nullptr) return NotFoundError(Cat("unknown resource '", segments[3], "'"));
  Target target{request, *entities,
                Cat("http://", request.host(), "/", settings_.tenant, "/campaign/", endpoint, "/", segments[3]),
                std::move(query)};
  if (segments.size() == 4) return AnswerCollection(target);
  if (segments.size() > 5) return NotFoundError("combined filters are not available here");
  return segments[4].starts_with("by") ? AnswerFilter(target, segments[4]) : AnswerEntity(target, segments[4]);
}

Entities* WebApi::Find(std::string_view endpoint, std::string_view name) {
  for (Entities& entities : resources_) {
    const Resource& resource = entities.resource();
    if (resource.name == name && resource.endpoint == endpoint && !resource.unpublished) return &entities;
  }
  return nullptr;
}

http::Response WebApi::Metadata(const http::Request& request, std::string_view endpoint, std::string_view resource) {
  if (request.method != "GET") return MethodNotAllowed();
  ++calls_.metadata;
  if (resource.empty()) {
    return {200,
            {},
            kJson,
            ListResources(resources_, endpoint,
                          Cat("http://", request.host(), "/", settings_.tenant, "/campaign/", endpoint))};
  }
  const Entities* entities = Find(endpoint, resource);
  if (entities == nullptr) return NotFoundError(Cat("unknown resource '", resource, "'"));
  return {200, {}, kJson, DescribeResource(entities->resource())};
}

http::Response WebApi::AnswerCollection(Target& target) {
  if (target.request.method == "GET") return List(target);
  if (target.request.method == "POST") return Create(target);
  return MethodNotAllowed();
}

http::Response WebApi::List(Target& target) {
  ++calls_.lists;
  int64_t lines = kDefaultLines;
  if (const std::string* text = http::Find(target.query, "_lineCount")) {
    const auto number = ParseNumber(*text);
    if (!number || *number < 1 || *number > kMaxLines) return BadRequestError("_lineCount must be 1 to 10000.");
    lines = *number;
  }
  size_t slot = 0;
  if (const std::string* start = http::Find(target.query, "_lineStart")) {
    const std::optional<std::string> payload = Unseal(*start);
    const std::string prefix = Cat("line:", target.entities.resource().name, ":");
    const auto number = payload && payload->starts_with(prefix)
                            ? ParseNumber(std::string_view(*payload).substr(prefix.size()))
                            : std::nullopt;
    if (!number) return BadRequestError("_lineStart is not one of this resource.");
    slot = static_cast<size_t>(*number);
  }
  std::vector<size_t> slots;
  for (; slot < target.entities.slots() && slots.size() < static_cast<size_t>(lines); ++slot) {
    if (target.entities.At(slot) != nullptr) slots.push_back(slot);
  }
  const std::string* force = http::Find(target.query, "_forcePagination");
  const bool forced = force != nullptr && *force == "true";
  const bool more = slot < target.entities.slots() && (forced || target.entities.size() <= kPaginationLimit);
  std::string next;
  if (more) {
    next = Cat(target.collection, "?_lineCount=", lines,
               "&_lineStart=", http::Escape(Seal(Cat("line:", target.entities.resource().name, ":", slot))),
               forced ? "&_forcePagination=true" : "");
  }
  return Page(target, slots, next);
}

http::Response WebApi::Page(Target& target, const std::vector<size_t>& slots, const std::string& next) const {
  std::string body = R"({"content":[)";
  for (const size_t slot : slots) {
    if (body.back() != '[') body += ',';
    AppendEntity(target.entities, slot, target.collection, body);
  }
  body += ']';
  if (!next.empty()) Append(body, R"(,"next":{"href":)", JsonString(next), "}");
  body += '}';
  return {200, {}, kJson, std::move(body)};
}

http::Response WebApi::AnswerFilter(Target& target, const std::string& filter) {
  if (target.request.method != "GET") return MethodNotAllowed();
  ++calls_.lookups;
  const Resource& resource = target.entities.resource();
  if (filter == "byText") {
    const std::string* text = http::Find(target.query, "text");
    const std::string* field = http::Find(target.query, "filterType");
    if (text == nullptr || field == nullptr) return BadRequestError("byText needs text and filterType.");
    const auto slots = FindByText(target.entities, *text, *field);
    if (!slots) return BadRequestError(Cat("There is no filterType '", *field, "'."));
    return Page(target, *slots, "");
  }
  if (filter != resource.key_filter) return NotFoundError(Cat("unknown filter '", filter, "'"));
  const std::string* key = http::Find(target.query, resource.key_parameter);
  if (key == nullptr) return BadRequestError(Cat("The parameter ", resource.key_parameter, " is missing."));
  std::vector<size_t> slots;
  if (const auto slot = target.entities.FindKey(*key)) slots.push_back(*slot);
  return Page(target, slots, "");
}

http::Response WebApi::AnswerEntity(Target& target, const std::string& pkey) {
  const std::string_view method = target.request.method;
  if (method == "GET")
    ++calls_.lookups;
  else if (method == "PATCH")
    ++calls_.updates;
  else if (method == "DELETE")
    ++calls_.deletes;
  else
    return MethodNotAllowed();
  const std::optional<size_t> slot = target.entities.SlotOf(pkey);
  if (!slot || target.entities.At(*slot) == nullptr) return NotFoundError(Cat("'", pkey, "'"));
  if (method == "PATCH") return Update(target, *slot);
  if (method == "DELETE") {
    target.entities.Erase(*slot);
    return {200, {}, "", ""};
  }
  std::string body;
  AppendEntity(target.entities, *slot, target.collection, body);
  return {200, {}, kJson, std::move(body)};
}

http::Response WebApi::Create(Target& target) {
  ++calls_.inserts;
  if (target.request.ContentType() != "application/json") return GatewayError(415, "415000", "Unsupported Media Type");
  if (target.request.body.size() > kMaxBody) return GatewayError(413, "413000", "Payload too large");
  auto [values, refusal] = body_reader_.Read(target.entities.resource(), target.request.body);
  if (refusal) return *std::move(refusal);
  const Resource& resource = target.entities.resource();
  std::vector<std::string_view> tokens(resource.fields.size());
  for (const auto& [field, token] : values) tokens[field] = token;
  Entity entity{clock_.NowMillis(), clock_.NowMillis(), PackedRow(tokens)};
  std::string scratch;
  const std::string key(target.entities.KeyOf(entity, scratch));
  if (!key.empty() && target.entities.FindKey(key)) {
    return RefusedError(Cat("Duplicate key: a record with this value of field '", resource.key, "' already exists."));
  }
  const size_t slot = target.entities.Insert(std::move(entity));
  std::string body;
  AppendEntity(target.entities, slot, target.collection, body);
  return {201, {}, kJson, std::move(body)};
}

http::Response WebApi::Update(Target& target, size_t slot) {
  if (target.request.ContentType() != "application/json") return GatewayError(415, "415000", "Unsupported Media Type");
  if (target.request.body.size() > kMaxBody) return GatewayError(413, "413000", "Payload too large");
  auto [values, refusal] = body_reader_.Read(target.entities.resource(), target.request.body);
  if (refusal) return *std::move(refusal);
  const Resource& resource = target.entities.resource();
  const size_t key_field = static_cast<size_t>(resource.Find(resource.key));
  const Entity& entity = *target.entities.At(slot);
  std::vector<std::string_view> tokens(resource.fields.size());
  entity.values.Unpack(tokens);
  for (const auto& [field, token] : values) {
    const bool other_key = field == key_field && !tokens[field].empty() && tokens[field] != token;
    if (other_key) return RefusedError(Cat("The key field '", resource.key, "' can't be changed."));
    tokens[field] = token;
  }
  target.entities.Update(slot, PackedRow(tokens), clock_.NowMillis());
  return {200, {}, kJson, Cat("{", ReferenceTo(target.entities, slot, target.collection), "}")};
}

}  // namespace causeway::sandbox::campaign
