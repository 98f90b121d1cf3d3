#include "services/ctl/completion.h"

#include "absl/strings/match.h"

namespace causeway::ctl {
namespace {

constexpr char kBash[] = R"(_causewayctl() {
  local IFS=$'\n'
  COMPREPLY=($(causewayctl __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _causewayctl causewayctl
)";

constexpr char kZsh[] = R"(#compdef causewayctl
_causewayctl() {
  local -a candidates
  candidates=("${(@f)$(causewayctl __complete "${(@)words[2,$CURRENT]}" 2>/dev/null)}")
  compadd -a candidates
}
compdef _causewayctl causewayctl
)";

constexpr char kFish[] =
    "complete -c causewayctl -f -a '(causewayctl __complete (commandline -opc)[2..-1] (commandline -ct) "
    "2>/dev/null)'\n";

void AddOptions(const CLI::App& app, std::vector<std::string>& candidates) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) candidates.push_back("--" + name);
  }
}

}  // namespace

std::string CompletionScript(const std::string& shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  return shell == "fish" ? kFish : "";
}

std::vector<std::string> Complete(const CLI::App& app, const Session& session, const std::vector<std::string>& words,
                                  const std::function<std::vector<std::string>(const ResourceKind&)>& names) {
  const std::string last = words.empty() ? "" : words.back();
  const CLI::App* command = &app;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    for (const CLI::App* child : command->get_subcommands([](const CLI::App*) { return true; })) {
      if (child->get_name() == words[i]) command = child;
    }
  }
  std::vector<std::string> candidates;
  if (absl::StartsWith(last, "-")) {
    AddOptions(*command, candidates);
    if (command != &app) AddOptions(app, candidates);
  } else {
    for (const CLI::App* child : command->get_subcommands([](const CLI::App*) { return true; }))
      candidates.push_back(child->get_name());
    const auto kind = session.completes.find(command);
    if (kind != session.completes.end()) candidates = names(*kind->second);
  }
  std::vector<std::string> matching;
  for (std::string& candidate : candidates) {
    if (absl::StartsWith(candidate, last)) matching.push_back(std::move(candidate));
  }
  return matching;
}

std::vector<std::string> NamesOf(Session& session, const ResourceKind& kind) {
  session.request_timeout_seconds = 0.5;
  std::vector<std::string> parents = {""};
  if (&kind == &kInstances) parents = {"organizations/-"};
  if (&kind == &kWorkflows) parents = {"organizations/-/instances/-"};
  if (kind.parent == &kWorkflows) {
    parents = NamesOf(session, kWorkflows);
    for (std::string& parent : parents) parent = *ExpandName(kWorkflows, parent);
  }
  std::vector<std::string> names;
  for (const std::string& parent : parents) {
    auto resources = session.api().List(kind, parent, 100);
    if (!resources.ok()) continue;
    for (const auto& resource : *resources) names.push_back(ShortName(StringField(*resource, "name")));
  }
  return names;
}

}  // namespace causeway::ctl
