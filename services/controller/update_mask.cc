#include "services/controller/update_mask.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/field_mask_util.h"
#include "services/controller/api_error.h"

namespace causeway::controller {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;

bool IsStruct(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_repeated() &&
         field.message_type()->file()->package() != "google.protobuf";
}

// Paths of what is set, down to values: a client that sends one setting doesn't reset the others.
void AddSetPaths(const Message& message, const std::string& prefix, FieldMask& mask) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string path = prefix + field->name();
    if (IsStruct(*field)) {
      AddSetPaths(message.GetReflection()->GetMessage(message, field), path + ".", mask);
    } else {
      mask.add_paths(path);
    }
  }
}

void AddAllPaths(const Message& message, FieldMask& mask) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i)
    mask.add_paths(message.GetDescriptor()->field(i)->name());
}

std::string TopField(const std::string& path) { return path.substr(0, path.find('.')); }

}  // namespace

absl::Status ApplyMask(const Message& input, const FieldMask& mask, const std::set<std::string>& fixed,
                       Message& stored) {
  FieldMask wanted;
  if (mask.paths_size() == 0) {
    AddSetPaths(input, "", wanted);
  } else {
    for (const std::string& path : mask.paths()) path == "*" ? AddAllPaths(input, wanted) : wanted.add_paths(path);
  }
  FieldMask effective;
  std::vector<Violation> violations;
  for (const std::string& path : wanted.paths()) {
    std::vector<const FieldDescriptor*> fields;
    if (!FieldMaskUtil::GetFieldDescriptors(input.GetDescriptor(), path, &fields)) {
      violations.push_back(
          {"update_mask", absl::StrCat("A ", input.GetDescriptor()->name(), " has no field ", path, ".")});
    } else if (fixed.count(TopField(path)) == 0) {
      effective.add_paths(path);
    }
  }
  if (!violations.empty()) return InvalidError(violations);
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(input, effective, options, &stored);
  return absl::OkStatus();
}

}  // namespace causeway::controller
