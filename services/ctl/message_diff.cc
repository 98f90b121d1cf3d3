#include "services/ctl/message_diff.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "services/ctl/message_fields.h"

namespace causeway::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Path → value, and the paths in order of their appearance.
struct Flat {
  std::map<std::string, std::string> values;
  std::vector<std::string> paths;

  void Add(const std::string& path, std::string value) {
    if (values.emplace(path, std::move(value)).second) paths.push_back(path);
  }
};

void Flatten(const Message& message, const std::string& prefix, Flat& flat);

void FlattenElement(const Message& message, const FieldDescriptor& field, int i, const std::string& path, Flat& flat) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || IsScalarMessage(*field.message_type())) {
    return flat.Add(absl::StrCat(path, "[", i, "]"), ScalarText(message, field, i));
  }
  const Message& element = message.GetReflection()->GetRepeatedMessage(message, &field, i);
  const FieldDescriptor* identity = IdentityOf(*element.GetDescriptor());
  const std::string id = identity == nullptr ? absl::StrCat(i) : ScalarText(element, *identity);
  Flatten(element, absl::StrCat(path, "[", id, "]."), flat);
}

void Flatten(const Message& message, const std::string& prefix, Flat& flat) {
  for (const FieldDescriptor* field : SetFields(message)) {
    const std::string path = prefix + field->name();
    if (IsSecret(*field)) continue;
    if (field->is_repeated()) {
      const int size = message.GetReflection()->FieldSize(message, field);
      for (int i = 0; i < size; ++i) FlattenElement(message, *field, i, path, flat);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !IsScalarMessage(*field->message_type())) {
      Flatten(message.GetReflection()->GetMessage(message, field), path + ".", flat);
    } else {
      flat.Add(path, ScalarText(message, *field));
    }
  }
}

}  // namespace

std::vector<FieldChange> DiffMessages(const Message& before, const Message& after) {
  Flat old_fields;
  Flat new_fields;
  Flatten(before, "", old_fields);
  Flatten(after, "", new_fields);
  std::vector<FieldChange> changes;
  for (const std::string& path : old_fields.paths) {
    auto found = new_fields.values.find(path);
    const std::string now = found == new_fields.values.end() ? "" : found->second;
    if (now != old_fields.values[path]) changes.push_back({path, old_fields.values[path], now});
  }
  for (const std::string& path : new_fields.paths) {
    if (old_fields.values.count(path) == 0) changes.push_back({path, "", new_fields.values[path]});
  }
  return changes;
}

std::string ToString(const FieldChange& change) {
  if (change.before.empty()) return absl::StrCat("+ ", change.path, ": ", change.after);
  if (change.after.empty()) return absl::StrCat("- ", change.path, ": ", change.before);
  return absl::StrCat("~ ", change.path, ": ", change.before, " → ", change.after);
}

}  // namespace causeway::ctl
