#include "common/campaign/metadata_answer.h"

#include <boost/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/json/path.h"

namespace causeway::campaign {
namespace {

using boost::json::value;

constexpr int kMaxDepth = 3;

std::string Text(boost::json::string_view text) { return std::string(text.data(), text.size()); }

// The documentation shows no example of `values`: a list of texts or of objects, or an object by value, are understood.
std::vector<EnumerationValue> ValuesOf(const value& field) {
  std::vector<EnumerationValue> values;
  const auto* member = json::At(field, {"values"});
  if (member == nullptr) return values;
  if (const auto* list = member->if_array()) {
    for (const value& entry : *list) {
      if (entry.is_string()) values.push_back({Text(entry.as_string()), Text(entry.as_string())});
      if (!entry.is_object()) continue;
      std::string name = json::TextAt(entry, {"value"});
      if (name.empty()) name = json::TextAt(entry, {"name"});
      if (!name.empty()) values.push_back({name, json::TextAt(entry, {"label"})});
    }
  }
  if (const auto* object = member->if_object()) {
    for (const auto& [name, entry] : *object)
      values.push_back({Text(name), entry.is_string() ? Text(entry.as_string()) : json::TextAt(entry, {"label"})});
  }
  return values;
}

void AppendFields(const boost::json::object& content, const std::string& prefix, int depth,
                  std::vector<Field>& fields) {
  for (const auto& [name, member] : content) {
    if (!member.is_object()) continue;
    Field field;
    field.name = json::TextAt(member, {"apiName"});
    field.name = prefix + (field.name.empty() ? Text(name) : field.name);
    const auto* inner = json::At(member, {"content"});
    if (inner != nullptr && inner->is_object() && depth < kMaxDepth) {
      AppendFields(inner->as_object(), field.name + "/", depth + 1, fields);
      continue;
    }
    field.type = json::TextAt(member, {"type"});
    field.label = json::TextAt(member, {"label"});
    field.data_policy = json::TextAt(member, {"dataPolicy"});
    field.category = json::TextAt(member, {"category"});
    field.res_type = json::TextAt(member, {"resType"});
    field.link_target = json::TextAt(member, {"resTarget"});
    field.values = ValuesOf(member);
    fields.push_back(std::move(field));
  }
}

}  // namespace

std::optional<std::vector<Field>> ReadFields(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* content = json::At(answer, {"content"});
  if (content == nullptr || !content->is_object()) return std::nullopt;
  std::vector<Field> fields;
  AppendFields(content->as_object(), "", 1, fields);
  if (fields.empty()) return std::nullopt;
  return fields;
}

std::optional<std::vector<std::string>> ReadResourceNames(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* content = json::At(answer, {"content"});
  std::vector<std::string> names;
  if (content != nullptr && content->is_array()) {
    for (const value& entry : content->as_array()) {
      std::string name = entry.is_string() ? Text(entry.as_string()) : json::TextAt(entry, {"name"});
      if (!name.empty()) names.push_back(std::move(name));
    }
    return names;
  }
  // An object by name, in `content` or by itself.
  const auto* by_name = content != nullptr ? content->if_object() : answer.if_object();
  if (by_name == nullptr) return std::nullopt;
  for (const auto& [name, entry] : *by_name) {
    if (entry.is_object()) names.push_back(Text(name));
  }
  return names;
}

}  // namespace causeway::campaign
