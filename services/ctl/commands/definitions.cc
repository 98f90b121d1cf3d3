#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/ctl/commands/commands.h"
#include "services/ctl/definition_changes.h"
#include "services/ctl/definition_file.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/format.h"
#include "services/ctl/table.h"

namespace causeway::ctl {
namespace {

struct Options {
  std::string file;
  std::string scope;
  bool dry_run = false;
  bool prune = false;
};

absl::StatusOr<Definitions> ReadFile(const std::string& file) {
  std::ostringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
  } else {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) {
      return Fail(ExitCode::kUsage, absl::StrCat(file, " is a directory; give a definition file."));
    }
    std::ifstream in(file);
    if (!in) return Fail(ExitCode::kUsage, absl::StrCat("The file ", file, " can't be read."));
    text << in.rdbuf();
  }
  return ParseDefinitions(text.str(), file == "-" ? "standard input" : file, ProcessSurroundings());
}

// What the controller holds of the organizations in the file.
absl::StatusOr<Definitions> FetchPresent(Api& api, const Definitions& desired) {
  Definitions present;
  for (const Definition& definition : desired) {
    if (definition.kind != &kOrganizations) continue;
    auto fetched = FetchDefinitions(api, definition.name);
    if (!fetched.ok()) return fetched.status();
    for (Definition& one : *fetched) present.push_back(std::move(one));
  }
  return present;
}

absl::Status Export(Session& session, const std::string& text) {
  std::string scope;
  if (!text.empty()) {
    const bool organization = text.find('/') == std::string::npos;
    auto name = ExpandName(organization ? kOrganizations : kInstances, text);
    if (!name.ok()) return name.status();
    scope = *name;
    const ResourceKind& kind = organization ? kOrganizations : kInstances;
    if (auto found = session.api().Get(kind, scope); !found.ok())
      return WithNearestName(session, kind, scope, found.status());
  }
  auto definitions = FetchDefinitions(session.api(), scope);
  if (!definitions.ok()) return definitions.status();
  session.out << WriteDefinitions(*definitions);
  return absl::OkStatus();
}

absl::Status Diff(Session& session, const Options& options) {
  auto desired = ReadFile(options.file);
  if (!desired.ok()) return desired.status();
  auto present = FetchPresent(session.api(), *desired);
  if (!present.ok()) return present.status();
  const auto changes = Compare(*present, *desired, options.prune);
  session.out << RenderDifferences(changes);
  return HasDifferences(changes) ? Fail(ExitCode::kDifferences, "") : absl::OkStatus();
}

void PrintApplied(Session& session, const ResourceChange& change, ResourceChange::Action action, bool dry_run) {
  const std::string done =
      absl::StrCat(dry_run && action != ResourceChange::Action::kNone ? "would be " : "", PastTense(action));
  session.out << done << std::string(done.size() < 17 ? 17 - done.size() : 1, ' ') << change.definition->name << "\n";
  for (const FieldChange& field : change.fields) session.out << "    " << ToString(field) << "\n";
  const bool secret = action == ResourceChange::Action::kUpdate && change.action == ResourceChange::Action::kNone;
  if (secret) session.out << "    ~ secret\n";
}

absl::Status ApplyFile(Session& session, const Options& options) {
  auto desired = ReadFile(options.file);
  if (!desired.ok()) return desired.status();
  auto present = FetchPresent(session.api(), *desired);
  if (!present.ok()) return present.status();
  const std::vector<ResourceChange> changes = Compare(*present, *desired, options.prune);
  absl::Status secrets = CheckSecrets(changes, ProcessSurroundings());
  if (!secrets.ok()) return secrets;
  for (const ResourceChange& change : changes) {
    ResourceChange::Action action = change.action;
    if (!options.dry_run) {
      auto applied = Apply(session.api(), change, ProcessSurroundings());
      if (!applied.ok()) {
        // What is equal but for a secret is an update too.
        const bool none = change.action == ResourceChange::Action::kNone;
        return Fail(ExitCodeOf(applied.status()),
                    absl::StrCat(change.definition->name, " was not ", none ? "updated" : PastTense(change.action), ": ",
                                 std::string(applied.status().message())));
      }
      action = *applied;
    }
    PrintApplied(session, change, action, options.dry_run);
  }
  return absl::OkStatus();
}

}  // namespace

void AddDefinitionCommands(CLI::App& app, Session& session) {
  CLI::App& group =
      *app.add_subcommand("definitions", "Configuration as files: export, diff, apply")->require_subcommand(1);
  auto options = std::make_shared<Options>();

  CLI::App* exported =
      AddCommand(group, session, "export", "Print what the controller holds as a definition file, without secrets",
                 [&session, options] { return Export(session, options->scope); });
  exported->add_option("scope", options->scope, "An organization or instance; all when left out");
  session.completes[exported] = &kInstances;

  CLI::App* diff =
      AddCommand(group, session, "diff", "Show what apply would change; exit code 7 when there is something",
                 [&session, options] { return Diff(session, *options); });
  CLI::App* apply =
      AddCommand(group, session, "apply", "Make the controller hold what the file says; again changes nothing",
                 [&session, options] { return ApplyFile(session, *options); });
  apply->add_flag("--dry-run", options->dry_run, "Say what would be done, and do nothing");
  for (CLI::App* command : {diff, apply}) {
    command->add_option("-f,--file", options->file, "Definition file; - is standard input")->required();
    command->add_flag("--prune", options->prune, "Delete table mappings that the file's workflows don't hold");
  }
}

}  // namespace causeway::ctl
