#include "services/sandbox/campaign/entity_requests.h"

#include <optional>
#include <utility>
#include <variant>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/api_error.h"
#include "services/sandbox/campaign/entity_renderer.h"
#include "services/sandbox/campaign/selection.h"

namespace causeway::sandbox::campaign {
namespace {

constexpr int64_t kDefaultLines = 25;
constexpr int64_t kMaxLines = 10'000;
// Above this a next link comes only with _forcePagination (spec/campaign.md).
constexpr size_t kPaginationLimit = 100'000;
constexpr size_t kMaxBody = 10 << 20;

http::Response Show(const Target& target, size_t slot, const Links& links, int status) {
  std::string body;
  AppendEntity(target.entities, slot, links, target.place, body);
  return JsonAnswer(status, std::move(body));
}

// nullopt: it isn't a number of lines that may be asked for.
std::optional<size_t> LineCount(const http::Pairs& query) {
  const std::string* text = http::Find(query, "_lineCount");
  if (text == nullptr) return kDefaultLines;
  const std::optional<int64_t> lines = ParseNumber(*text);
  if (!lines || *lines < 1 || *lines > kMaxLines) return std::nullopt;
  return static_cast<size_t>(*lines);
}

std::string LinePrefix(const Target& target) { return Cat("line:", target.entities.resource().name, ":"); }

// The slot that a next link goes on from; nullopt: it is no line start of this resource.
std::optional<size_t> LineStart(const Target& target) {
  const std::string* start = http::Find(target.query, "_lineStart");
  if (start == nullptr) return 0;
  const std::optional<std::string> payload = Unseal(*start);
  const std::string prefix = LinePrefix(target);
  if (!payload || !payload->starts_with(prefix)) return std::nullopt;
  return ParseNumber<size_t>(std::string_view(*payload).substr(prefix.size()));
}

// The same request, from another line on.
std::string NextLink(const Target& target, size_t slot) {
  std::string link = target.place.UrlOf(target.entities.resource().name);
  for (const std::string& filter : target.path) Append(link, "/", http::Escape(filter));
  link += '?';
  for (const auto& [name, value] : target.query) {
    if (name != "_lineStart") Append(link, http::Escape(name), "=", http::Escape(value), "&");
  }
  Append(link, "_lineStart=", http::Escape(Seal(Cat(LinePrefix(target), slot))));
  return link;
}

// Whether a body may be read at all.
std::optional<http::Response> CheckBody(const http::Request& request) {
  if (request.ContentType() != "application/json") return GatewayError(415, "415000", "Unsupported Media Type");
  if (request.body.size() > kMaxBody) return GatewayError(413, "413000", "Payload too large");
  return std::nullopt;
}

http::Response DuplicateError(const Resource& resource) {
  return RefusedError(Cat("Duplicate key: a record with this value of field '", resource.key, "' already exists."));
}

}  // namespace

http::Response EntityRequests::Answer(const Target& target) {
  const bool is_entity = target.path.size() == 1 && !target.path[0].starts_with("by");
  if (is_entity) return AnswerEntity(target);
  if (target.request.method == "GET") return List(target);
  if (target.request.method == "POST" && target.path.empty()) return Create(target);
  return MethodNotAllowedError();
}

http::Response EntityRequests::List(const Target& target) {
  ++(target.path.empty() ? calls_.lists : calls_.lookups);
  auto found = Selection::Of(target.entities, links_, target.place.endpoint, target.path, target.query);
  if (auto* refusal = std::get_if<http::Response>(&found)) return std::move(*refusal);
  const Selection& selection = std::get<Selection>(found);
  const std::optional<size_t> lines = LineCount(target.query);
  if (!lines) return BadRequestError(Cat("_lineCount must be 1 to ", kMaxLines, "."));
  const std::optional<size_t> start = LineStart(target);
  if (!start) return BadRequestError("_lineStart is not one of this resource.");

  std::string body = R"({"content":[)";
  size_t slot = selection.Next(*start);
  for (size_t line = 0; line < *lines && slot < target.entities.slots(); ++line) {
    if (line > 0) body += ',';
    AppendEntity(target.entities, slot, links_, target.place, body);
    slot = selection.Next(slot + 1);
  }
  body += ']';
  const std::string* force = http::Find(target.query, "_forcePagination");
  const bool tells_next = target.entities.size() <= kPaginationLimit || (force != nullptr && *force == "true");
  if (slot < target.entities.slots() && tells_next)
    Append(body, R"(,"next":{"href":)", JsonString(NextLink(target, slot)), "}");
  body += '}';
  return JsonAnswer(200, std::move(body));
}

http::Response EntityRequests::AnswerEntity(const Target& target) {
  const std::string_view method = target.request.method;
  if (method == "GET")
    ++calls_.lookups;
  else if (method == "PATCH")
    ++calls_.updates;
  else if (method == "DELETE")
    ++calls_.deletes;
  else
    return MethodNotAllowedError();
  Entities& entities = target.entities;
  const std::optional<size_t> slot = entities.SlotOf(target.path[0]);
  if (!slot || entities.At(*slot) == nullptr) return NotFoundError(Cat("'", target.path[0], "'"));
  const std::string_view missing = links_.MissingLink(entities.resource(), *entities.At(*slot));
  if (!missing.empty() && method == "GET") return NotFoundError(Cat("'", target.path[0], "'"));
  if (!missing.empty()) return RefusedError(Cat("The linked record of field '", missing, "' does not exist."));
  if (method == "PATCH") return Update(target, *slot);
  if (method == "GET") return Show(target, *slot, links_, 200);
  entities.Erase(*slot);
  return {};
}

http::Response EntityRequests::Create(const Target& target) {
  ++calls_.inserts;
  if (std::optional<http::Response> refusal = CheckBody(target.request)) return *std::move(refusal);
  const Resource& resource = target.entities.resource();
  auto [values, refusal] = body_reader_.Read(resource, links_, target.place.endpoint, target.request.body);
  if (refusal) return *std::move(refusal);
  std::vector<std::string_view> tokens(resource.fields.size());
  for (const auto& [field, token] : values) tokens[field] = token;
  Entity entity{clock_.NowMillis(), clock_.NowMillis(), PackedRow(tokens)};
  std::string scratch;
  const std::string_view key = target.entities.KeyOf(entity, scratch);
  if (!key.empty() && target.entities.FindKey(key)) {
    ++calls_.duplicates;
    return DuplicateError(resource);
  }
  return Show(target, target.entities.Insert(std::move(entity)), links_, 201);
}

http::Response EntityRequests::Update(const Target& target, size_t slot) {
  if (std::optional<http::Response> refusal = CheckBody(target.request)) return *std::move(refusal);
  Entities& entities = target.entities;
  const Resource& resource = entities.resource();
  auto [values, refusal] = body_reader_.Read(resource, links_, target.place.endpoint, target.request.body);
  if (refusal) return *std::move(refusal);
  std::vector<std::string_view> tokens(resource.fields.size());
  entities.At(slot)->values.Unpack(tokens);
  const std::string key(tokens[entities.key_field()]);
  for (const auto& [field, token] : values) tokens[field] = token;
  const std::string_view new_key = tokens[entities.key_field()];
  if (!key.empty() && new_key != key) return RefusedError(Cat("The key field '", resource.key, "' can't be changed."));
  std::string scratch;
  if (key.empty() && !new_key.empty() && entities.FindKey(TextOfToken(new_key, scratch)))
    return DuplicateError(resource);
  entities.Update(slot, PackedRow(tokens), clock_.NowMillis());
  return JsonAnswer(200, Cat("{", ReferenceTo(entities, slot, target.place), "}"));
}

}  // namespace causeway::sandbox::campaign
