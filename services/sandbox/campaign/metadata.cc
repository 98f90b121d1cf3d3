#include "services/sandbox/campaign/metadata.h"

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox::campaign {
namespace {

void AppendField(const Field& field, std::string& out) {
  const std::string_view name = field.inner();
  Append(out, JsonString(name), R"(:{"apiName":)", JsonString(name), R"(,"type":")", NameOf(field.type),
         R"(","resType":")", field.res_type, R"(","dataPolicy":")", NameOf(field.policy), R"(","label":)",
         JsonString(field.label), R"(,"category":"","sortable":)", field.type != FieldType::kLink ? "true" : "false");
  if (!field.values.empty()) {
    out += R"(,"values":[)";
    for (const auto& [value, label] : field.values) {
      Append(out, &value == &field.values.front().first ? "" : ",", R"({"value":)", JsonString(value), R"(,"label":)",
             JsonString(label), "}");
    }
    out += "]";
  }
  if (!field.target.empty()) Append(out, R"(,"resTarget":)", JsonString(field.target));
  out += "}";
}

}  // namespace

std::string DescribeResource(const Resource& resource, std::string_view endpoint) {
  std::string out =
      Cat(R"({"name":)", JsonString(resource.name), R"(,"label":)", JsonString(resource.label), R"(,"content":{)");
  std::string_view group;
  bool first = true;
  for (const Field& field : resource.fields) {
    if (!Resource::Shows(field, endpoint)) continue;
    const std::string_view outer = field.outer();
    if (outer != group && !group.empty()) out += "}}";
    if (!first) out += ",";
    if (outer != group && !outer.empty()) {
      Append(out, JsonString(outer), R"(:{"apiName":)", JsonString(outer), R"(,"type":"link","label":)",
             JsonString(outer), R"(,"content":{)");
    }
    group = outer;
    AppendField(field, out);
    first = false;
  }
  if (!group.empty()) out += "}}";
  out += "}}";
  return out;
}

std::string ListResources(const std::vector<Entities>& resources, const Place& place) {
  std::string out = R"({"content":[)";
  bool first = true;
  for (const Entities& entities : resources) {
    const Resource& resource = entities.resource();
    if (!resource.IsAt(place.endpoint)) continue;
    Append(out, first ? "" : ",", R"({"name":)", JsonString(resource.name), R"(,"href":)",
           JsonString(place.UrlOf(resource.name)), "}");
    first = false;
  }
  out += "]}";
  return out;
}

}  // namespace causeway::sandbox::campaign
