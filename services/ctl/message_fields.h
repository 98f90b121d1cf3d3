// What causewayctl knows of messages beyond their descriptors: which fields a person edits, which hold secrets, and how
// a value reads in definition files and differences.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace causeway::ctl {

// Not set by the controller: neither name, etag and times nor what a workflow reports of its running.
bool IsEditable(const google::protobuf::FieldDescriptor& field);

// Input only: never comes from the controller, and stands in no file.
bool IsSecret(const google::protobuf::FieldDescriptor& field);

// Whether the controller has a value for the secret (client_secret_set).
bool HasStoredSecret(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& secret);

// Messages that are one value: durations and timestamps.
bool IsScalarMessage(const google::protobuf::Descriptor& message);

// A value that isn't a further message: true, 12, apply (of DELETES_APPLY), 2s, 2026-11-23T08:15:30Z. `index` of a
// repeated field.
std::string ScalarText(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                       int index = -1);

// The same backwards: sets the field, or adds to a repeated one. Returns what was expected when the text is none;
// empty: set.
std::string SetScalar(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                      const std::string& text);

// The field that tells the elements of a repeated message apart (target_field, from); null: their position does.
const google::protobuf::FieldDescriptor* IdentityOf(const google::protobuf::Descriptor& element);

// Editable fields that are set, in the order of declaration; with `all`, output-only ones too.
std::vector<const google::protobuf::FieldDescriptor*> SetFields(const google::protobuf::Message& message,
                                                                bool all = false);

}  // namespace causeway::ctl
