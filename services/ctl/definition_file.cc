#include "services/ctl/definition_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/message_fields.h"
#include "services/ctl/yaml_message.h"

namespace causeway::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

std::vector<const ResourceKind*> ChildrenOf(const ResourceKind* parent) {
  std::vector<const ResourceKind*> children;
  for (const ResourceKind* kind : kDefinitionKinds) {
    if (kind->parent == parent) children.push_back(kind);
  }
  return children;
}

// What a resource's map in a file is about: the resource, or the part of it that its id names (a connection's system).
Message* BodyOf(const Definition& definition) {
  if (definition.kind != &kConnections) return definition.message.get();
  const FieldDescriptor* system = definition.message->GetDescriptor()->FindFieldByName(IdOf(definition.name));
  if (system == nullptr || system->containing_oneof() == nullptr) return nullptr;
  return definition.message->GetReflection()->MutableMessage(definition.message.get(), system);
}

class Parser {
 public:
  Parser(const std::string& file, const Surroundings& surroundings) : reader_(file, surroundings) {}

  void ParseFile(const YAML::Node& root) {
    for (const auto& [key, node] : reader_.Members(root, "The file")) {
      if (key == kOrganizations.yaml_key) {
        ParseCollection(node, kOrganizations, "");
      } else {
        reader_.AddProblem(node.Mark(), absl::StrCat("unknown key \"", key, "\"; known: organizations"));
      }
    }
  }

  absl::StatusOr<Definitions> Finish() {
    if (reader_.problems().empty()) return std::move(definitions_);
    return Fail(ExitCode::kUsage, absl::StrJoin(reader_.problems(), "\n"));
  }

 private:
  void ParseCollection(const YAML::Node& node, const ResourceKind& kind, const std::string& parent) {
    for (const auto& [id, body] : reader_.Members(node, kind.yaml_key))
      ParseResource(body, kind, ChildName(parent, kind, id));
  }

  void ParseResource(const YAML::Node& node, const ResourceKind& kind, const std::string& name) {
    Definition definition{&kind, name, nullptr};
    definition.message.reset(MessageFactory::generated_factory()->GetPrototype(kind.descriptor())->New());
    SetStringField(*definition.message, "name", name);
    std::set<std::string> children;
    for (const ResourceKind* child : ChildrenOf(&kind)) children.insert(child->yaml_key);
    Message* body = BodyOf(definition);
    if (body == nullptr) {
      return reader_.AddProblem(node.Mark(),
                                absl::StrCat("no connection is called ", IdOf(name), "; known: dynamics365, campaign"));
    }
    reader_.Read(node, *body, children);
    definitions_.push_back(std::move(definition));
    if (!node.IsMap()) return;
    for (const ResourceKind* child : ChildrenOf(&kind)) {
      if (const YAML::Node found = node[child->yaml_key]) ParseCollection(found, *child, name);
    }
  }

  YamlReader reader_;
  Definitions definitions_;
};

// organizations/contoso/instances/stage/connections/campaign → CAUSEWAY_STAGE_CAMPAIGN
std::string SecretPrefix(const std::string& name) {
  const std::string prefix = absl::StrCat("CAUSEWAY_", IdOf(ParentOf(name)), "_", IdOf(name));
  return absl::StrReplaceAll(prefix, {{"-", "_"}});
}

class Writer {
 public:
  explicit Writer(const Definitions& definitions) : definitions_(definitions) {}

  std::string Write() {
    out_.SetIndent(2);
    out_ << YAML::BeginMap;
    WriteCollection(kOrganizations, "");
    out_ << YAML::EndMap;
    return absl::StrCat(out_.c_str(), "\n");
  }

 private:
  void WriteCollection(const ResourceKind& kind, const std::string& parent) {
    std::vector<const Definition*> members;
    for (const Definition& definition : definitions_) {
      if (definition.kind == &kind && ParentOf(definition.name) == parent && !IsEmpty(definition))
        members.push_back(&definition);
    }
    if (members.empty()) return;
    out_ << YAML::Key << kind.yaml_key << YAML::Value << YAML::BeginMap;
    for (const Definition* member : members) {
      out_ << YAML::Key << IdOf(member->name) << YAML::Value << YAML::BeginMap;
      WriteYaml(*BodyOf(*member), SecretPrefix(member->name), out_);
      for (const ResourceKind* child : ChildrenOf(&kind)) WriteCollection(*child, member->name);
      out_ << YAML::EndMap;
    }
    out_ << YAML::EndMap;
  }

  // Workflows that nobody has configured say nothing.
  bool IsEmpty(const Definition& definition) const {
    const auto child = [&](const Definition& other) { return ParentOf(other.name) == definition.name; };
    return definition.kind == &kWorkflows && SetFields(*definition.message).empty() &&
           std::none_of(definitions_.begin(), definitions_.end(), child);
  }

  const Definitions& definitions_;
  YAML::Emitter out_;
};

}  // namespace

absl::StatusOr<Definitions> ParseDefinitions(const std::string& yaml, const std::string& file,
                                             const Surroundings& surroundings) {
  try {
    Parser parser(file, surroundings);
    parser.ParseFile(YAML::Load(yaml));
    return parser.Finish();
  } catch (const YAML::Exception& e) {
    return Fail(ExitCode::kUsage, absl::StrCat(file, ":", e.mark.line + 1, ":", e.mark.column + 1, ": ", e.msg));
  }
}

std::string WriteDefinitions(const Definitions& definitions) { return Writer(definitions).Write(); }

}  // namespace causeway::ctl
