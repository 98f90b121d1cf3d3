#include "services/ctl/yaml_message.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/ctl/message_fields.h"
#include "services/ctl/resource_kind.h"

namespace causeway::ctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::vector<std::string> KnownKeys(const Descriptor& message, const std::set<std::string>& others) {
  std::vector<std::string> keys(others.begin(), others.end());
  for (int i = 0; i < message.field_count(); ++i) {
    if (IsEditable(*message.field(i))) keys.push_back(message.field(i)->name());
  }
  return keys;
}

bool IsNested(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !IsScalarMessage(*field.message_type());
}

// Short enough for one line: no message and no list inside.
bool IsFlat(const Message& message, bool all) {
  const auto fields = SetFields(message, all);
  return std::none_of(fields.begin(), fields.end(),
                      [](auto* field) { return field->is_repeated() || IsNested(*field); });
}

// Digits as numbers have them, in any base that YAML 1.1 knows: 1_000, 0x1F, 0b101, 1:30:00, 6.0e2, .inf.
bool LooksLikeNumber(const std::string& lower) {
  const size_t begin = lower.find_first_not_of("+-");
  if (begin == std::string::npos) return false;
  const std::string body = lower.substr(begin);
  if (body == ".inf" || body == ".nan" || body == "inf" || body == "nan" || body == "infinity") return true;
  const bool digit_first = absl::ascii_isdigit(body[0]) || (body[0] == '.' && body.size() > 1 && absl::ascii_isdigit(body[1]));
  return digit_first && body.find_first_not_of("0123456789abcdefox_.:+-") == std::string::npos;
}

// 2026-11-23, 2026-11-23T08:15:30Z
bool LooksLikeTime(const std::string& lower) {
  return lower.size() >= 8 && absl::ascii_isdigit(lower[0]) && absl::ascii_isdigit(lower[3]) && lower[4] == '-' &&
         lower.find_first_not_of("0123456789-:.+tz \t") == std::string::npos;
}

bool IsAmbiguous(const std::string& text) {
  static constexpr absl::string_view kWords[] = {"",   "true", "false", "yes", "no", "y",
                                                 "n",  "on",   "off",   "null", "~", "=", "<<"};
  const std::string lower = absl::AsciiStrToLower(text);
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords) || LooksLikeNumber(lower) ||
         LooksLikeTime(lower);
}

void WriteMap(const Message& message, const std::string& secret_prefix, YAML::Emitter& out, bool all, bool flow) {
  if (flow) out << YAML::Flow;
  out << YAML::BeginMap;
  WriteYaml(message, secret_prefix, out, all);
  out << YAML::EndMap;
}

// With `all` the text is for reading only, and ${ needs no escape.
void WriteScalar(const FieldDescriptor& field, const std::string& text, YAML::Emitter& out, bool all) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    WriteText(all ? text : absl::StrReplaceAll(text, {{"${", "$${"}}), out);
  } else {
    out << text;
  }
}

void WriteField(const Message& message, const FieldDescriptor& field, const std::string& secret_prefix,
                YAML::Emitter& out, bool all) {
  const auto& reflection = *message.GetReflection();
  out << YAML::Key << field.name() << YAML::Value;
  if (!field.is_repeated()) {
    if (IsNested(field)) {
      WriteMap(reflection.GetMessage(message, &field), secret_prefix, out, all, /*flow=*/false);
    } else {
      WriteScalar(field, ScalarText(message, field), out, all);
    }
    return;
  }
  if (!IsNested(field)) out << YAML::Flow;
  out << YAML::BeginSeq;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (IsNested(field)) {
      const Message& element = reflection.GetRepeatedMessage(message, &field, i);
      WriteMap(element, secret_prefix, out, all, IsFlat(element, all));
    } else {
      WriteScalar(field, ScalarText(message, field, i), out, all);
    }
  }
  out << YAML::EndSeq;
}

}  // namespace

YamlReader::YamlReader(std::string file, Surroundings surroundings)
    : file_(std::move(file)), surroundings_(std::move(surroundings)) {}

void YamlReader::AddProblem(const YAML::Mark& mark, const std::string& what) {
  problems_.push_back(absl::StrCat(file_, ":", mark.line + 1, ":", mark.column + 1, ": ", what));
}

std::vector<YamlReader::Member> YamlReader::Members(const YAML::Node& node, const std::string& what) {
  std::vector<Member> members;
  if (node.IsNull()) return members;
  if (!node.IsMap()) {
    AddProblem(node.Mark(), absl::StrCat(what, " must be a map of names to values."));
    return members;
  }
  std::set<std::string> seen;
  for (const auto& member : node) {
    const std::string key = member.first.IsScalar() ? member.first.Scalar() : "";
    if (!seen.insert(key).second) AddProblem(member.first.Mark(), absl::StrCat("\"", key, "\" stands here twice."));
    members.push_back({key, member.first.Mark(), member.second});
  }
  return members;
}

void YamlReader::Read(const YAML::Node& node, Message& message, const std::set<std::string>& others) {
  const Descriptor& descriptor = *message.GetDescriptor();
  for (const auto& [key, at, value] : Members(node, descriptor.name())) {
    if (others.count(key) > 0) continue;
    const FieldDescriptor* field = descriptor.FindFieldByName(key);
    if (field != nullptr && IsEditable(*field)) {
      ReadField(value, message, *field);
      continue;
    }
    const std::vector<std::string> known = KnownKeys(descriptor, others);
    const std::string nearest = Nearest(key, known);
    AddProblem(at, absl::StrCat("unknown key \"", key, "\"",
                                          nearest.empty() ? absl::StrCat("; known: ", absl::StrJoin(known, ", "))
                                                          : absl::StrCat("; did you mean ", nearest, "?")));
  }
}

void YamlReader::ReadField(const YAML::Node& node, Message& message, const FieldDescriptor& field) {
  if (node.IsNull()) return;
  if (!field.is_repeated()) return ReadValue(node, message, field);
  if (!node.IsSequence()) return AddProblem(node.Mark(), absl::StrCat(field.name(), " must be a list."));
  for (const YAML::Node& element : node) ReadValue(element, message, field);
}

void YamlReader::ReadValue(const YAML::Node& node, Message& message, const FieldDescriptor& field) {
  if (IsNested(field)) {
    const auto& reflection = *message.GetReflection();
    return Read(node, field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                          : *reflection.MutableMessage(&message, &field));
  }
  if (!node.IsScalar()) return AddProblem(node.Mark(), absl::StrCat(field.name(), " must be one value."));
  std::string text = node.Scalar();
  if (IsSecret(field)) {
    if (!IsReference(text)) {
      return AddProblem(node.Mark(), absl::StrCat(field.name(),
                                                  " is a secret and must not stand in a file: write ${env:NAME} or "
                                                  "${file:PATH} and keep it there."));
    }
  } else {
    auto resolved = Resolve(text, surroundings_);
    if (!resolved.ok()) return AddProblem(node.Mark(), std::string(resolved.status().message()));
    text = *std::move(resolved);
  }
  const std::string expected = SetScalar(message, field, text);
  if (!expected.empty()) AddProblem(node.Mark(), absl::StrCat(field.name(), " must be ", expected, "."));
}

void WriteYaml(const Message& message, const std::string& secret_prefix, YAML::Emitter& out, bool all) {
  const Descriptor& descriptor = *message.GetDescriptor();
  const auto set = SetFields(message, all);
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (IsSecret(field)) {
      if (!all && HasStoredSecret(message, field)) {
        out << YAML::Key << field.name() << YAML::Value
            << absl::StrCat("${env:", absl::AsciiStrToUpper(absl::StrCat(secret_prefix, "_", field.name())), "}");
      }
    } else if (std::find(set.begin(), set.end(), &field) != set.end()) {
      WriteField(message, field, secret_prefix, out, all);
    }
  }
}

void WriteText(const std::string& text, YAML::Emitter& out) {
  if (IsAmbiguous(text)) out << YAML::DoubleQuoted;
  out << text;
}

}  // namespace causeway::ctl
