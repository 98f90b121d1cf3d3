#include "services/sandbox/campaign/entity_renderer.h"

#include <vector>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::campaign {
namespace {

// What a field without a value shows.
std::string_view EmptyOf(const Field& field) {
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

void AppendTime(std::string_view name, int64_t millis, std::string& out) {
  std::string time;
  AppendCampaignTime(millis, time);
  Append(out, ",\"", name, "\":\"", time, "\"");
}

}  // namespace

std::string ReferenceTo(const Entities& entities, size_t slot, std::string_view collection) {
  const std::string pkey = entities.PKeyOf(slot);
  return Cat(R"("PKey":")", pkey, R"(","href":)", JsonString(Cat(collection, "/", http::Escape(pkey))));
}

void AppendEntity(const Entities& entities, size_t slot, std::string_view collection, std::string& out) {
  const Resource& resource = entities.resource();
  const Entity& entity = *entities.At(slot);
  std::vector<std::string_view> tokens(resource.fields.size());
  entity.values.Unpack(tokens);
  Append(out, "{", ReferenceTo(entities, slot, collection));
  AppendTime("created", entity.created_ms, out);
  AppendTime("lastModified", entity.modified_ms, out);
  std::string_view group;  // The object that is open.
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Field& field = resource.fields[i];
    if (field.unpublished) continue;
    const size_t slash = field.name.find('/');
    const std::string_view outer = slash == std::string::npos ? "" : std::string_view(field.name).substr(0, slash);
    if (outer != group && !group.empty()) out += "}";
    if (outer != group && !outer.empty()) Append(out, ",\"", outer, "\":{");
    const bool first_in_group = outer != group && !outer.empty();
    group = outer;
    Append(out, first_in_group ? "\"" : ",\"", outer.empty() ? field.name : field.name.substr(slash + 1),
           "\":", tokens[i].empty() ? EmptyOf(field) : tokens[i]);
  }
  if (!group.empty()) out += "}";
  out += "}";
}

}  // namespace causeway::sandbox::campaign
