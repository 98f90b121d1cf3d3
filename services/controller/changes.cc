#include "services/controller/changes.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"

namespace causeway::controller {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Values = std::map<std::string, std::string>;  // Path → text.

// Said otherwise (secrets, last_replay), or by every edit the same (etag, update_time).
const std::set<std::string>& LeftOut() {
  static const auto* const names =
      new std::set<std::string>{"name",          "etag",              "create_time", "update_time",
                                                              "client_secret", "client_secret_set", "uid",         "last_replay",
                                                              "deletions_awaiting_confirmation"};
  return *names;
}

// "2s" of a Duration, "2026-01-01T00:00:00Z" of a Timestamp.
std::string WellKnownText(const Message& message) {
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json);
  if (json.size() >= 2 && json.front() == '"') json = json.substr(1, json.size() - 2);
  return json;
}

std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? reflection.GetRepeatedString(message, &field, index) : reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return repeated ? reflection.GetRepeatedEnum(message, &field, index)->name()
                      : reflection.GetEnum(message, &field)->name();
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, &field));
    default:
      return absl::StrCat(reflection.GetDouble(message, &field));
  }
}

// What tells an element of a list from the others.
std::string Label(const Message& element, int index) {
  for (const char* identity : {"target_field", "from"}) {
    const FieldDescriptor* field = element.GetDescriptor()->FindFieldByName(identity);
    if (field != nullptr) return element.GetReflection()->GetString(element, field);
  }
  return absl::StrCat(index);
}

void Collect(const Message& message, const std::string& prefix, Values& values);

void CollectMessage(const Message& value, const std::string& path, Values& values) {
  if (value.GetDescriptor()->file()->package() == "google.protobuf") {
    values[path] = WellKnownText(value);
  } else {
    Collect(value, path + ".", values);
  }
}

void CollectRepeated(const Message& message, const FieldDescriptor& field, const std::string& path, Values& values) {
  const auto& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, &field);
  std::vector<std::string> texts;
  for (int i = 0; i < size; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const Message& element = reflection.GetRepeatedMessage(message, &field, i);
      CollectMessage(element, absl::StrCat(path, "[", Label(element, i), "]"), values);
    } else {
      texts.push_back(ScalarText(message, field, i));
    }
  }
  if (!texts.empty()) values[path] = absl::StrJoin(texts, ", ");
}

void Collect(const Message& message, const std::string& prefix, Values& values) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string path = prefix + field->name();
    if (LeftOut().count(field->name()) > 0) continue;
    if (field->is_repeated()) {
      CollectRepeated(message, *field, path, values);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      CollectMessage(message.GetReflection()->GetMessage(message, field), path, values);
    } else {
      values[path] = ScalarText(message, *field, 0);
    }
  }
}

}  // namespace

std::vector<v1::AuditEntry::Change> Differences(const Message& before, const Message& after) {
  Values old_values, new_values;
  Collect(before, "", old_values);
  Collect(after, "", new_values);
  std::set<std::string> paths;
  for (const auto& [path, text] : old_values) paths.insert(path);
  for (const auto& [path, text] : new_values) paths.insert(path);
  std::vector<v1::AuditEntry::Change> changes;
  for (const std::string& path : paths) {
    const auto was = old_values.find(path), is = new_values.find(path);
    const std::string was_text = was == old_values.end() ? "" : was->second;
    const std::string is_text = is == new_values.end() ? "" : is->second;
    if (was_text == is_text) continue;
    v1::AuditEntry::Change& change = changes.emplace_back();
    change.set_path(path);
    change.set_before(was_text);
    change.set_after(is_text);
  }
  return changes;
}

}  // namespace causeway::controller
