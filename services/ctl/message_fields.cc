#include "services/ctl/message_fields.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "services/ctl/format.h"

namespace causeway::ctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Duration;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

bool OneOf(const std::string& text, std::initializer_list<const char*> texts) {
  return std::any_of(texts.begin(), texts.end(), [&](const char* other) { return text == other; });
}

// PicklistValues → PICKLIST_VALUES_
std::string PrefixOf(const EnumDescriptor& type) {
  std::string prefix;
  for (char c : type.name()) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(c);
  }
  return prefix + "_";
}

std::string EnumText(const EnumValueDescriptor& value) {
  const std::string prefix = PrefixOf(*value.type());
  const std::string& name = value.name();
  return absl::AsciiStrToLower(absl::StartsWith(name, prefix) ? name.substr(prefix.size()) : name);
}

const EnumValueDescriptor* FindEnum(const EnumDescriptor& type, const std::string& text) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (EnumText(*type.value(i)) == text || type.value(i)->name() == text) return type.value(i);
  }
  return nullptr;
}

std::string EnumTexts(const EnumDescriptor& type) {
  std::vector<std::string> texts;
  for (int i = 1; i < type.value_count(); ++i) texts.push_back(EnumText(*type.value(i)));
  return absl::StrJoin(texts, ", ");
}

std::string MessageText(const Message& value) {
  if (value.GetDescriptor() == Duration::descriptor()) {
    return absl::FormatDuration(ToDuration(static_cast<const Duration&>(value)));
  }
  return absl::FormatTime(absl::RFC3339_full, ToTime(static_cast<const Timestamp&>(value)), absl::UTCTimeZone());
}

std::string SetMessage(Message& value, const std::string& text) {
  if (value.GetDescriptor() == Duration::descriptor()) {
    absl::Duration span;
    if (!absl::ParseDuration(text, &span)) return "a duration such as 2s, 500ms or 1m30s";
    auto& duration = static_cast<Duration&>(value);
    duration.set_seconds(absl::IDivDuration(span, absl::Seconds(1), &span));
    duration.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(span)));
    return "";
  }
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return "a time such as 2026-11-23T08:15:30Z";
  auto& timestamp = static_cast<Timestamp&>(value);
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(timestamp.seconds()))));
  return "";
}

}  // namespace

bool IsEditable(const FieldDescriptor& field) {
  if (field.containing_type()->full_name() == "causeway.v1.Workflow") return field.name() == "settings";
  return !OneOf(field.name(), {"name", "etag", "create_time", "update_time", "uid", "last_replay", "replay_scheduled",
                              "deletions_awaiting_confirmation"}) &&
         !absl::EndsWith(field.name(), "_secret_set");
}

bool IsSecret(const FieldDescriptor& field) {
  return OneOf(field.name(), {"client_secret", "private_key", "passphrase", "password"});
}

bool HasStoredSecret(const Message& message, const FieldDescriptor& secret) {
  const FieldDescriptor* stored = secret.containing_type()->FindFieldByName(secret.name() + "_set");
  return stored != nullptr && message.GetReflection()->GetBool(message, stored);
}

bool IsScalarMessage(const Descriptor& message) {
  return &message == Duration::descriptor() || &message == Timestamp::descriptor();
}

std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& r = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return (repeated ? r.GetRepeatedBool(message, &field, index) : r.GetBool(message, &field)) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(repeated ? r.GetRepeatedInt32(message, &field, index) : r.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(repeated ? r.GetRepeatedInt64(message, &field, index) : r.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(repeated ? r.GetRepeatedDouble(message, &field, index) : r.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(repeated ? *r.GetRepeatedEnum(message, &field, index) : *r.GetEnum(message, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? r.GetRepeatedString(message, &field, index) : r.GetString(message, &field);
    default:
      return MessageText(repeated ? r.GetRepeatedMessage(message, &field, index) : r.GetMessage(message, &field));
  }
}

std::string SetScalar(Message& message, const FieldDescriptor& field, const std::string& text) {
  const Reflection& r = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: {
      if (text != "true" && text != "false") return "true or false";
      const bool value = text == "true";
      repeated ? r.AddBool(&message, &field, value) : r.SetBool(&message, &field, value);
      return "";
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t value = 0;
      if (!absl::SimpleAtoi(text, &value)) return "a whole number";
      repeated ? r.AddInt32(&message, &field, value) : r.SetInt32(&message, &field, value);
      return "";
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t value = 0;
      if (!absl::SimpleAtoi(text, &value)) return "a whole number";
      repeated ? r.AddInt64(&message, &field, value) : r.SetInt64(&message, &field, value);
      return "";
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value = 0;
      if (!absl::SimpleAtod(text, &value)) return "a number";
      repeated ? r.AddDouble(&message, &field, value) : r.SetDouble(&message, &field, value);
      return "";
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumValueDescriptor* value = FindEnum(*field.enum_type(), text);
      if (value == nullptr) return absl::StrCat("one of ", EnumTexts(*field.enum_type()));
      repeated ? r.AddEnum(&message, &field, value) : r.SetEnum(&message, &field, value);
      return "";
    }
    case FieldDescriptor::CPPTYPE_STRING:
      repeated ? r.AddString(&message, &field, text) : r.SetString(&message, &field, text);
      return "";
    default:
      return SetMessage(repeated ? *r.AddMessage(&message, &field) : *r.MutableMessage(&message, &field), text);
  }
}

const FieldDescriptor* IdentityOf(const Descriptor& element) {
  for (const char* name : {"target_field", "from"}) {
    if (const FieldDescriptor* field = element.FindFieldByName(name)) return field;
  }
  return nullptr;
}

std::vector<const FieldDescriptor*> SetFields(const Message& message, bool all) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  std::sort(fields.begin(), fields.end(), [](auto* a, auto* b) { return a->index() < b->index(); });
  if (!all)
    fields.erase(std::remove_if(fields.begin(), fields.end(), [](auto* f) { return !IsEditable(*f); }), fields.end());
  return fields;
}

}  // namespace causeway::ctl
