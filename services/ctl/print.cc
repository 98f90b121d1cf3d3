#include "services/ctl/print.h"

#include <google/protobuf/util/json_util.h>
#include <yaml-cpp/yaml.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/ctl/yaml_message.h"

namespace causeway::ctl {
namespace {

void WriteMap(const google::protobuf::Message& message, YAML::Emitter& out) {
  out << YAML::BeginMap;
  WriteYaml(message, "", out, /*all=*/true);
  out << YAML::EndMap;
}

}  // namespace

std::string ToJson(const google::protobuf::Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indented;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return absl::StrCat("{\"error\": \"", message.GetTypeName(), " can't be written as JSON\"}");
  return std::string(absl::StripTrailingAsciiWhitespace(json));
}

std::string ToYaml(const google::protobuf::Message& message) {
  YAML::Emitter out;
  WriteMap(message, out);
  return absl::StrCat(out.c_str(), "\n");
}

void Print(Session& session, const google::protobuf::Message& message, const std::string& text) {
  if (session.format == Format::kJson) {
    session.out << ToJson(message) << "\n";
  } else {
    session.out << (session.format == Format::kYaml || text.empty() ? ToYaml(message) : text);
  }
}

void PrintArray(Session& session, const std::vector<const google::protobuf::Message*>& messages) {
  if (session.format == Format::kYaml) {
    YAML::Emitter out;
    out << YAML::BeginSeq;
    for (const auto* message : messages) WriteMap(*message, out);
    out << YAML::EndSeq;
    session.out << out.c_str() << "\n";
    return;
  }
  session.out << "[";
  for (size_t i = 0; i < messages.size(); ++i) session.out << (i == 0 ? "\n" : ",\n") << ToJson(*messages[i]);
  session.out << (messages.empty() ? "]\n" : "\n]\n");
}

}  // namespace causeway::ctl
