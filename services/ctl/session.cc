#include "services/ctl/session.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/ctl/exit_code.h"

namespace causeway::ctl {
namespace {

// Resources beside `name`, by their short names; empty when they can't be listed.
std::vector<std::string> NamesBeside(Session& session, const ResourceKind& kind, const std::string& name) {
  std::string parent = ParentOf(name);
  if (&kind == &kInstances) parent = "organizations/-";
  if (&kind == &kWorkflows) parent = "organizations/-/instances/-";
  std::vector<std::string> names;
  auto resources = session.api().List(kind, parent, 200);
  if (!resources.ok()) return names;
  for (const auto& resource : *resources) names.push_back(ShortName(StringField(*resource, "name")));
  return names;
}

// "there are 12, among them: a, b, …": the ten nearest, since an installation may have thousands, and of many tenants.
std::string TheNearest(const std::string& text, std::vector<std::string> names) {
  constexpr size_t kShown = 10;
  if (names.empty()) return "there are none";
  const size_t all = names.size();
  if (all <= kShown) return absl::StrCat("there are: ", absl::StrJoin(names, ", "));
  SortByNearness(text, names);
  names.resize(kShown);
  return absl::StrCat("there are ", all, ", the nearest: ", absl::StrJoin(names, ", "));
}

}  // namespace

Api& Session::api() {
  if (api_ == nullptr) {
    api_ = std::make_unique<Api>(
        server, Api::Patience{absl::Seconds(request_timeout_seconds), absl::Seconds(connect_timeout_seconds)});
  }
  return *api_;
}

CLI::App* AddCommand(CLI::App& parent, Session& session, const std::string& name, const std::string& description,
                     std::function<absl::Status()> run) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->callback([&session, run = std::move(run)] { session.command = run; });
  return command;
}

CLI::Validator AboveZero() {
  const auto check = [](const std::string& text) {
    double number = 0;
    if (!absl::SimpleAtod(text, &number)) return absl::StrCat("a number above 0 is expected, not ", text);
    return number > 0 ? std::string() : absl::StrCat("it must be above 0, and is ", text);
  };
  return CLI::Validator(check, "");
}

void AddName(CLI::App& command, Session& session, const ResourceKind& kind, std::string& name, bool required) {
  command.add_option("name", name, absl::StrCat("The ", kind.singular, "'s name, in full or short (contoso/stage/…)"))
      ->required(required);
  session.completes[&command] = &kind;
}

absl::StatusOr<std::string> FindWorkflow(Session& session, const std::string& text) {
  auto expanded = ExpandName(kWorkflows, text);
  const bool short_of_parts = std::count(text.begin(), text.end(), '/') < 2;
  if (expanded.ok() || !short_of_parts) return expanded;
  auto workflows = session.api().List(kWorkflows, "organizations/-/instances/-");
  if (!workflows.ok()) return workflows.status();
  std::vector<std::string> names;
  std::vector<std::string> matching;
  for (const auto& workflow : *workflows) {
    names.push_back(ShortName(StringField(*workflow, "name")));
    if (absl::EndsWith("/" + names.back(), "/" + text)) matching.push_back(names.back());
  }
  if (matching.size() == 1) return ExpandName(kWorkflows, matching[0]);
  if (matching.empty()) {
    return Fail(ExitCode::kNotFound,
                absl::StrCat("No workflow is called ", text, "; ", TheNearest(text, std::move(names)), "."));
  }
  return Fail(ExitCode::kUsage,
              absl::StrCat("More than one workflow is called ", text, ": ", absl::StrJoin(matching, ", "), "."));
}

absl::StatusOr<std::string> InstanceScope(const std::string& text) {
  if (text.empty()) return std::string("organizations/-/instances/-");
  if (text.find('/') == std::string::npos) return ExpandName(kInstances, text + "/-");
  return ExpandName(kInstances, text);
}

absl::Status WithNearestName(Session& session, const ResourceKind& kind, const std::string& name, absl::Status status) {
  if (ExitCodeOf(status) != ExitCode::kNotFound) return status;
  const std::string nearest = Nearest(ShortName(name), NamesBeside(session, kind, name));
  if (nearest.empty()) return status;
  return Fail(ExitCode::kNotFound, absl::StrCat(std::string(status.message()), "\n  did you mean ", nearest, "?"));
}

}  // namespace causeway::ctl
