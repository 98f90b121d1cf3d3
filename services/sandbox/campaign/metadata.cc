#include "services/sandbox/campaign/metadata.h"

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox::campaign {
namespace {

void AppendField(const Field& field, std::string_view name, std::string& out) {
  Append(out, JsonString(name), R"(:{"apiName":)", JsonString(name), R"(,"type":")", NameOf(field.type),
         R"(","resType":")", field.res_type, R"(","dataPolicy":")", NameOf(field.policy), R"(","label":)",
         JsonString(field.label), R"(,"category":"")");
  if (!field.values.empty()) {
    out += R"(,"values":[)";
    for (const auto& [value, label] : field.values) {
      Append(out, &value == &field.values.front().first ? "" : ",", R"({"value":)", JsonString(value), R"(,"label":)",
             JsonString(label), "}");
    }
    out += "]";
  }
  out += "}";
}

}  // namespace

std::string DescribeResource(const Resource& resource) {
  std::string out =
      Cat(R"({"name":)", JsonString(resource.name), R"(,"label":)", JsonString(resource.label), R"(,"content":{)");
  std::string_view group;
  bool first = true;
  for (const Field& field : resource.fields) {
    if (field.unpublished) continue;
    const size_t slash = field.name.find('/');
    const std::string_view outer =
        slash == std::string::npos ? std::string_view() : std::string_view(field.name).substr(0, slash);
    if (outer != group && !group.empty()) out += "}}";
    if (!first) out += ",";
    if (outer != group && !outer.empty()) {
      Append(out, JsonString(outer), R"(:{"apiName":)", JsonString(outer), R"(,"type":"link","label":)",
             JsonString(outer), R"(,"content":{)");
    }
    group = outer;
    AppendField(field, outer.empty() ? std::string_view(field.name) : std::string_view(field.name).substr(slash + 1),
                out);
    first = false;
  }
  if (!group.empty()) out += "}}";
  out += "}}";
  return out;
}

std::string ListResources(const std::vector<Entities>& resources, std::string_view endpoint, std::string_view base) {
  std::string out = R"({"content":[)";
  bool first = true;
  for (const Entities& entities : resources) {
    const Resource& resource = entities.resource();
    if (resource.endpoint != endpoint || resource.unpublished) continue;
    Append(out, first ? "" : ",", R"({"name":)", JsonString(resource.name), R"(,"href":)",
           JsonString(Cat(base, "/", resource.name)), "}");
    first = false;
  }
  out += "]}";
  return out;
}

}  // namespace causeway::sandbox::campaign
