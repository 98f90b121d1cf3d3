#include <memory>

#include "absl/strings/str_cat.h"
#include "services/ctl/commands/commands.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/format.h"
#include "services/ctl/print.h"
#include "services/ctl/workflow_view.h"

namespace causeway::ctl {
namespace {

absl::Status Check(const std::vector<v1::Workflow>& workflows) {
  for (const v1::Workflow& workflow : workflows) {
    if (workflow.status() == v1::Workflow::STATUS_FAILED) {
      return Fail(ExitCode::kPrecondition, absl::StrCat(ShortName(workflow.name()), " is FAILED."));
    }
  }
  return absl::OkStatus();
}

absl::Status Status(Session& session, bool check) {
  const absl::Time asked = absl::Now();
  auto workflows = ListAs<v1::Workflow>(session.api(), kWorkflows, "organizations/-/instances/-");
  if (!workflows.ok()) return workflows.status();
  const absl::Time now = absl::Now();
  if (session.format != Format::kTable) {
    std::vector<const google::protobuf::Message*> messages;
    for (const v1::Workflow& workflow : *workflows) messages.push_back(&workflow);
    PrintArray(session, messages);
    return check ? Check(*workflows) : absl::OkStatus();
  }
  int64_t backlog = 0;
  int running = 0;
  Table table({"WORKFLOW", "STATUS", ">FOR", ">BACKLOG", ">WRITTEN", ">TIME LEFT", ">DEAD LETTERS", ">REPLICAS"});
  std::string attention;
  for (const v1::Workflow& workflow : *workflows) {
    backlog += workflow.backlog().records();
    running += workflow.status() == v1::Workflow::STATUS_RUNNING ? 1 : 0;
    int64_t dead_letters = 0;
    for (const v1::TableProgress& progress : workflow.tables()) dead_letters += progress.dead_lettered();
    table.Add({ShortName(workflow.name()), StatusText(workflow.status()),
               workflow.has_status_time() ? FormatSpan(now - ToTime(workflow.status_time())) : "",
               workflow.backlog().has_observe_time() ? FormatCount(workflow.backlog().records()) : "",
               FormatRate(workflow.backlog().finished_per_second()),
               workflow.backlog().has_time_to_drain() ? FormatSpan(ToDuration(workflow.backlog().time_to_drain())) : "",
               FormatCount(dead_letters), FormatCount(workflow.replicas_size())});
    for (const std::string& note : Notes(workflow, now)) {
      absl::StrAppend(&attention, "  ", ShortName(workflow.name()), ": ", note, "\n");
    }
  }
  session.out << "controller " << session.api().address() << " answers in " << FormatSpan(now - asked) << "; "
              << FormatCount(running) << " of " << FormatCount(static_cast<int64_t>(workflows->size()))
              << " workflows run; backlog " << FormatCount(backlog) << "\n\n"
              << (workflows->empty() ? "There are no workflows: create an instance, or apply a definition file.\n"
                                     : table.ToString());
  if (!attention.empty()) session.out << "\nto look at\n" << attention;
  return check ? Check(*workflows) : absl::OkStatus();
}

}  // namespace

void AddStatusCommand(CLI::App& app, Session& session) {
  auto check = std::make_shared<bool>(false);
  CLI::App* status = AddCommand(app, session, "status", "Everything that matters on one screen",
                                [&session, check] { return Status(session, *check); });
  status->add_flag("--check", *check, "End with exit code 4 when a workflow is FAILED");
}

}  // namespace causeway::ctl
