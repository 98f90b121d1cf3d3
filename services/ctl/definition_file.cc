#include "services/ctl/definition_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
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

// yaml-cpp ends a quoted text that isn't closed where the indentation ends, and takes what it has for the value. No value of a definition
// needs two lines, so a quote is closed on its own.
// A file may be one long line: nothing is copied of it.
void FindOpenQuotes(const YAML::Node& node, const std::vector<absl::string_view>& lines, YamlReader& reader) {
  if (node.IsMap()) {
    for (const auto& member : node) {
      FindOpenQuotes(member.first, lines, reader);
      FindOpenQuotes(member.second, lines, reader);
    }
  } else if (node.IsSequence()) {
    for (const YAML::Node& element : node) FindOpenQuotes(element, lines, reader);
  }
  const YAML::Mark at = node.Mark();
  if (!node.IsScalar() || at.is_null() || static_cast<size_t>(at.line) >= lines.size()) return;
  const absl::string_view text = lines[at.line].substr(std::min(static_cast<size_t>(at.column), lines[at.line].size()));
  if (text.empty() || (text[0] != '"' && text[0] != '\'')) return;
  const char quote = text[0];
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) return;
    if (quote == '"' && text[i] == '\\') ++i;
  }
  reader.AddProblem(at, absl::StrCat("the quote (", std::string(1, quote), ") that is opened here isn't closed on this line."));
}

class Parser {
 public:
  Parser(const std::string& file, const Surroundings& surroundings) : reader_(file, surroundings) {}

  void CheckQuotes(const YAML::Node& root, const std::string& yaml) {
    FindOpenQuotes(root, absl::StrSplit(yaml, '\n'), reader_);
  }

  void ParseFile(const YAML::Node& root) {
    for (const auto& [key, at, node] : reader_.Members(root, "The file")) {
      if (key == kOrganizations.yaml_key) {
        ParseCollection(node, kOrganizations, "");
      } else {
        reader_.AddProblem(at, absl::StrCat("unknown key \"", key, "\"; known: organizations"));
      }
    }
  }

  absl::StatusOr<Definitions> Finish() {
    if (!reader_.problems().empty()) return Fail(ExitCode::kUsage, absl::StrJoin(reader_.problems(), "\n"));
    return std::move(definitions_);
  }

 private:
  void ParseCollection(const YAML::Node& node, const ResourceKind& kind, const std::string& parent) {
    for (const auto& [id, at, body] : reader_.Members(node, kind.yaml_key))
      ParseResource(body, at, kind, ChildName(parent, kind, id));
  }

  void ParseResource(const YAML::Node& node, const YAML::Mark& at, const ResourceKind& kind, const std::string& name) {
    Definition definition{&kind, name, nullptr};
    definition.message.reset(MessageFactory::generated_factory()->GetPrototype(kind.descriptor())->New());
    SetStringField(*definition.message, "name", name);
    std::set<std::string> children;
    for (const ResourceKind* child : ChildrenOf(&kind)) children.insert(child->yaml_key);
    Message* body = BodyOf(definition);
    if (body == nullptr) {
      return reader_.AddProblem(at,
                                absl::StrCat("no connection is called ", IdOf(name), "; known: dynamics365, campaign"));
    }
    reader_.Read(node, *body, children);
    definition.path_only = LeadsOnly(node, children);
    definitions_.push_back(std::move(definition));
    if (!node.IsMap()) return;
    for (const ResourceKind* child : ChildrenOf(&kind)) {
      if (const YAML::Node found = node[child->yaml_key]) ParseCollection(found, *child, name);
    }
  }

  // A map whose every key names resources below it.
  static bool LeadsOnly(const YAML::Node& node, const std::set<std::string>& children) {
    if (!node.IsMap() || node.size() == 0) return false;
    return std::all_of(node.begin(), node.end(), [&](const auto& member) {
      return member.first.IsScalar() && children.count(member.first.Scalar()) > 0;
    });
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

std::string At(const std::string& file, const YAML::Mark& mark) {
  return absl::StrCat(file, ":", mark.line + 1, ":", mark.column + 1, ": ");
}

// Several documents would be applied in part, and --prune would delete what stands in the others.
absl::StatusOr<YAML::Node> TheOnlyDocument(const std::string& yaml, const std::string& file) {
  std::optional<YAML::Node> only;
  for (YAML::Node& document : YAML::LoadAll(yaml)) {
    if (document.IsNull()) continue;
    if (only.has_value()) {
      return Fail(ExitCode::kUsage, absl::StrCat(At(file, document.Mark()),
                                                 "a second document begins here; a definition file holds one: put everything "
                                                 "below one \"organizations\", or apply the documents one after the other."));
    }
    only = document;
  }
  if (!only.has_value()) return Fail(ExitCode::kUsage, absl::StrCat(file, " is empty: there is nothing in it to apply."));
  return *only;
}

// What the parser found, in words that help: its own name tokens of the grammar.
std::string SyntaxProblem(const std::string& yaml, const YAML::Exception& problem) {
  const std::vector<std::string> lines = absl::StrSplit(yaml, '\n');
  const size_t last = std::min(static_cast<size_t>(problem.mark.line), lines.size() - 1);
  // A tab is noticed where the line or the one behind it begins.
  for (size_t line = last == 0 ? 0 : last - 1; line <= last; ++line) {
    const std::string indent = lines[line].substr(0, lines[line].find_first_not_of(" \t"));
    if (absl::StrContains(indent, "\t")) return absl::StrCat("line ", line + 1, " is indented with a tab; YAML takes spaces only.");
  }
  return problem.msg;
}

}  // namespace

absl::StatusOr<Definitions> ParseDefinitions(const std::string& yaml, const std::string& file,
                                             const Surroundings& surroundings) {
  try {
    auto document = TheOnlyDocument(yaml, file);
    if (!document.ok()) return document.status();
    Parser parser(file, surroundings);
    parser.CheckQuotes(*document, yaml);
    parser.ParseFile(*document);
    auto definitions = parser.Finish();
    if (definitions.ok() && definitions->empty()) return Fail(ExitCode::kUsage, absl::StrCat(file, " defines nothing."));
    return definitions;
  } catch (const YAML::Exception& e) {
    return Fail(ExitCode::kUsage, absl::StrCat(At(file, e.mark), SyntaxProblem(yaml, e)));
  }
}

std::string WriteDefinitions(const Definitions& definitions) { return Writer(definitions).Write(); }

}  // namespace causeway::ctl
