#include "services/sandbox/campaign/entity_requests.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/campaign/api_error.h"
#include "services/sandbox/campaign/entity_renderer.h"
#include "services/sandbox/campaign/order.h"
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

http::Response ReadOnlyResource(const Resource& resource) {
  return RefusedError(Cat("XTK-170043 The resource '", resource.name, "' is read-only."));
}

// Whether a body may be read at all.
std::optional<http::Response> CheckBody(const http::Request& request) {
  if (request.ContentType() != "application/json") return GatewayError(415, "415000", "Unsupported Media Type");
  if (request.body.size() > kMaxBody) return GatewayError(413, "413000", "Payload too large");
  return std::nullopt;
}

http::Response DuplicateError(const Resource& resource, std::string_view key) {
  return DuplicateKeyError(resource.name, resource.key, key);
}

// When which attributes changed: of a record that has the tokens `after` from now on. Keeps what it sets in `stamp`.
void StampChanges(const Resource& resource, std::span<const std::string_view> before, int64_t now_ms,
                  std::string& stamp, std::span<std::string_view> after) {
  stamp = "\"";
  AppendCampaignTime(now_ms, stamp);
  stamp += '"';
  const auto changed = [&](size_t field) {
    const auto value = [](std::string_view token) { return token.empty() ? std::string_view("false") : token; };
    return value(before[field]) != value(after[field]);
  };
  for (size_t i = 0; i < resource.fields.size(); ++i) {
    const Field& field = resource.fields[i];
    const bool tells = field.computed == Field::Computed::kChangeOf;
    if (tells && std::any_of(field.parts.begin(), field.parts.end(), changed)) after[i] = stamp;
  }
}

// Options that the request doesn't have are refused: what is ignored would be taken for answered.
std::optional<http::Response> CheckOptions(const Target& target, bool lists) {
  for (const auto& [name, value] : target.query) {
    bool known = false;
    for (std::string_view option : {"_lineCount", "_lineStart", "_forcePagination", "_order"})
      known |= lists && name == option;
    for (const std::string& filter : target.path) {
      known |= filter == "byText" && (name == "text" || name == "filterType");
      known |= filter == target.entities.resource().key_filter && name == target.entities.resource().key_parameter;
    }
    if (!known) return BadRequestError(Cat("There is no parameter '", name, "' here."));
  }
  return std::nullopt;
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
  if (std::optional<http::Response> refusal = CheckOptions(target, /*lists=*/true)) return *std::move(refusal);
  const std::optional<size_t> lines = LineCount(target.query);
  if (!lines) return BadRequestError(Cat("_lineCount must be 1 to ", kMaxLines, "."));
  const std::optional<size_t> start = LineStart(target);
  if (!start) return BadRequestError("_lineStart is not one of this resource.");
  const std::string* order = http::Find(target.query, "_order");
  auto sorted = order == nullptr ? OrderedSlots() : SlotsInOrder(target.entities, selection, target.place, *order);
  if (auto* refusal = std::get_if<http::Response>(&sorted)) return std::move(*refusal);
  const auto* slots = order == nullptr ? nullptr : &std::get<std::vector<size_t>>(sorted);

  // Where a list goes on: a slot, or how many went before where it is sorted.
  const size_t end = slots == nullptr ? target.entities.slots() : slots->size();
  size_t at = slots == nullptr ? selection.Next(*start) : *start;
  std::string body = R"({"content":[)";
  for (size_t line = 0; line < *lines && at < end; ++line) {
    if (line > 0) body += ',';
    AppendEntity(target.entities, slots == nullptr ? at : (*slots)[at], links_, target.place, body);
    at = slots == nullptr ? selection.Next(at + 1) : at + 1;
  }
  body += ']';
  const std::string* force = http::Find(target.query, "_forcePagination");
  const bool tells_next = target.entities.size() <= kPaginationLimit || (force != nullptr && *force == "true");
  if (at < end && tells_next) Append(body, R"(,"next":{"href":)", JsonString(NextLink(target, at)), "}");
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
  if (std::optional<http::Response> refusal = CheckOptions(target, /*lists=*/false)) return *std::move(refusal);
  Entities& entities = target.entities;
  if (entities.resource().read_only && method != "GET") return ReadOnlyResource(entities.resource());
  std::optional<size_t> slot = entities.SlotOf(target.path[0]);
  if (!slot && target.path[0].starts_with('@')) return ForeignPKeyError(entities.resource().name, target.path[0]);
  // The value of the identification key stands for the record, where it isn't the standard endpoint.
  if (!slot && target.place.endpoint != kStandardEndpoint) slot = entities.FindKey(target.path[0]);
  if (!slot || entities.At(*slot) == nullptr) return NotFoundError(Cat("'", target.path[0], "'"));
  const std::string_view missing = links_.MissingLink(entities.resource(), *entities.At(*slot));
  if (!missing.empty() && method == "GET") return NotFoundError(Cat("'", target.path[0], "'"));
  if (!missing.empty()) return RefusedError(Cat("XTK-170044 The linked record of field '", missing, "' does not exist."));
  if (method == "PATCH") return Update(target, *slot);
  if (method == "GET") return Show(target, *slot, links_, 200);
  entities.Erase(*slot);
  return {};
}

http::Response EntityRequests::Create(const Target& target) {
  ++calls_.inserts;
  if (std::optional<http::Response> refusal = CheckOptions(target, /*lists=*/false)) return *std::move(refusal);
  if (target.entities.resource().read_only) return ReadOnlyResource(target.entities.resource());
  if (std::optional<http::Response> refusal = CheckBody(target.request)) return *std::move(refusal);
  const Resource& resource = target.entities.resource();
  auto [values, refusal] = body_reader_.Read(resource, links_, target.place.endpoint, target.request.body);
  if (refusal) return *std::move(refusal);
  std::vector<std::string_view> tokens(resource.fields.size());
  for (const auto& [field, token] : values) tokens[field] = token;
  std::string stamp;
  StampChanges(resource, std::vector<std::string_view>(tokens.size()), clock_.NowMillis(), stamp, tokens);
  Entity entity{clock_.NowMillis(), clock_.NowMillis(), PackedRow(tokens)};
  std::string scratch;
  const std::string_view key = target.entities.KeyOf(entity, scratch);
  if (!key.empty() && target.entities.FindKey(key)) {
    ++calls_.duplicates;
    return DuplicateError(resource, key);
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
  const std::vector<std::string_view> before = tokens;
  for (const auto& [field, token] : values) tokens[field] = token;
  const std::string_view new_key = tokens[entities.key_field()];
  if (!key.empty() && new_key != key) return RefusedError(Cat("XTK-170042 The key field '", resource.key, "' can't be changed."));
  std::string scratch;
  if (key.empty() && !new_key.empty() && entities.FindKey(TextOfToken(new_key, scratch)))
    return DuplicateError(resource, TextOfToken(new_key, scratch));
  std::string stamp;
  StampChanges(resource, before, clock_.NowMillis(), stamp, tokens);
  entities.Update(slot, PackedRow(tokens), clock_.NowMillis());
  return JsonAnswer(200, Cat("{", ReferenceTo(entities, slot, target.place), "}"));
}

}  // namespace causeway::sandbox::campaign
