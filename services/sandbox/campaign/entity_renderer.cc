#include "services/sandbox/campaign/entity_renderer.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::campaign {
namespace {

// What a field without a value shows.
std::string_view EmptyOf(const Field& field) {
  if (field.nothing == "none") return R"("none")";
  switch (field.type) {
    case FieldType::kBoolean:
      return "false";
    case FieldType::kNumber:
      return "0";
    case FieldType::kEnumeration:
      return R"("unknown")";
    default:
      return R"("")";
  }
}

// Those of the values that are there.
std::string Joined(std::span<const size_t> parts, std::span<const std::string_view> tokens, std::string_view separator) {
  std::string joined, scratch;
  for (size_t part : parts) {
    const std::string_view text = TextOfToken(tokens[part], scratch);
    if (!text.empty()) Append(joined, joined.empty() ? "" : separator, text);
  }
  return joined;
}

// Of a title: Ana Ruiz (ana@contoso.example)
std::string ComputedOf(const Field& field, std::span<const std::string_view> tokens) {
  if (field.computed == Field::Computed::kPostalAddress) return JsonString(Joined(field.parts, tokens, "\n"));
  const std::span<const size_t> parts(field.parts);
  const std::string name = Joined(parts.first(parts.size() - 1), tokens, " ");
  const std::string email = Joined(parts.last(1), tokens, "");
  return JsonString(email.empty() ? name : Cat(name, name.empty() ? "(" : " (", email, ")"));
}

bool IsMade(const Field& field) {
  return field.computed == Field::Computed::kTitle || field.computed == Field::Computed::kPostalAddress;
}

void AppendTime(std::string_view name, int64_t millis, std::string& out) {
  std::string time;
  AppendCampaignTime(millis, time);
  Append(out, ",\"", name, "\":\"", time, "\"");
}

// A custom parent isn't at the endpoint where the child is.
Place PlaceOf(const Resource& resource, const Place& asked) {
  return resource.IsAt(asked.endpoint) ? asked : Place{asked.base, resource.endpoint};
}

std::string LinkTo(const std::optional<Parent>& parent, const Place& place) {
  if (!parent) return "null";
  return Cat("{", ReferenceTo(*parent->entities, parent->slot, PlaceOf(parent->entities->resource(), place)), "}");
}

}  // namespace

std::string ReferenceTo(const Entities& entities, size_t slot, const Place& place) {
  const std::string pkey = entities.PKeyOf(slot);
  const std::string collection = place.UrlOf(entities.resource().name);
  return Cat(R"("PKey":")", pkey, R"(","href":)", JsonString(Cat(collection, "/", http::Escape(pkey))));
}

void AppendEntity(const Entities& entities, size_t slot, const Links& links, const Place& place, std::string& out) {
  const Resource& resource = entities.resource();
  const Entity& entity = *entities.At(slot);
  std::vector<std::string_view> tokens(resource.fields.size());
  entity.values.Unpack(tokens);
  Append(out, "{", ReferenceTo(entities, slot, place));
  AppendTime("created", entity.created_ms, out);
  AppendTime("lastModified", entity.modified_ms, out);
  std::string_view group;  // The object that is open.
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Field& field = resource.fields[i];
    if (!Resource::Shows(field, place.endpoint)) continue;
    const std::string_view outer = field.outer();
    if (outer != group && !group.empty()) out += "}";
    const bool opens = outer != group && !outer.empty();
    if (opens) Append(out, ",\"", outer, "\":{");
    group = outer;
    Append(out, opens ? "\"" : ",\"", field.inner(), "\":");
    if (IsMade(field))
      out += ComputedOf(field, tokens);
    else if (field.type == FieldType::kLink)
      out += LinkTo(links.ParentOf(resource, entity, i), place);
    else
      out += tokens[i].empty() ? EmptyOf(field) : tokens[i];
  }
  if (!group.empty()) out += "}";
  out += "}";
}

}  // namespace causeway::sandbox::campaign
