// Messages as YAML: the fields under the names of the proto, enumerations by their short names, durations as 2s.
#pragma once

#include <google/protobuf/message.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <string>
#include <vector>

#include "services/ctl/reference.h"

namespace causeway::ctl {

// Reads nodes of one file into messages, noting every problem with its line instead of stopping at the first.
class YamlReader {
 public:
  YamlReader(std::string file, Surroundings surroundings);

  // Fills the message from a map. Only editable fields are known; keys in `others` belong to somebody else. Secrets
  // must be references, and stay as they are written; references in other texts are resolved.
  void Read(const YAML::Node& node, google::protobuf::Message& message, const std::set<std::string>& others = {});

  // Notes "file:line:column: what".
  void AddProblem(const YAML::Mark& mark, const std::string& what);

  struct Member {
    std::string key;
    YAML::Mark at;  // Of the key.
    YAML::Node value;
  };
  // The members of a map, each key once. A null is an empty map; anything else a problem.
  std::vector<Member> Members(const YAML::Node& node, const std::string& what);

  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void ReadField(const YAML::Node& node, google::protobuf::Message& message,
                 const google::protobuf::FieldDescriptor& field);
  void ReadValue(const YAML::Node& node, google::protobuf::Message& message,
                 const google::protobuf::FieldDescriptor& field);

  std::string file_;
  Surroundings surroundings_;
  std::vector<std::string> problems_;
};

// Writes the members of the message's map (between BeginMap and EndMap). Secrets that the controller holds are written
// as a reference to a variable whose name begins with `secret_prefix`. With `all` output-only fields are written too,
// and no secrets.
void WriteYaml(const google::protobuf::Message& message, const std::string& secret_prefix, YAML::Emitter& out,
               bool all = false);

// A text that other YAML readers would take for something else is quoted: those of YAML 1.1 know more booleans, numbers in base 60,
// dates and merge keys (https://yaml.org/type/).
void WriteText(const std::string& text, YAML::Emitter& out);

}  // namespace causeway::ctl
