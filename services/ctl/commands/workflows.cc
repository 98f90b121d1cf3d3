#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/ctl/commands/commands.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/format.h"
#include "services/ctl/print.h"
#include "services/ctl/screen.h"
#include "services/ctl/watch.h"
#include "services/ctl/workflow_view.h"

namespace causeway::ctl {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(200);

struct Options {
  std::string name;
  bool wait = false;
  bool if_stopped = false;
  bool yes = false;
  double timeout_seconds = 60;
  double watch_timeout_seconds = 0;
  double interval_seconds = 1;
  bool until_drained = false;
};

absl::StatusOr<v1::Workflow> GetWorkflow(Session& session, const std::string& name) {
  auto workflow = GetAs<v1::Workflow>(session.api(), kWorkflows, name);
  if (!workflow.ok()) return WithNearestName(session, kWorkflows, name, workflow.status());
  return workflow;
}

absl::Status List(Session& session, const std::string& scope) {
  auto parent = InstanceScope(scope);
  if (!parent.ok()) return parent.status();
  auto workflows = ListAs<v1::Workflow>(session.api(), kWorkflows, *parent);
  if (!workflows.ok()) return WithNearestName(session, kInstances, *parent, workflows.status());
  const auto row = [](const v1::Workflow& workflow) -> std::vector<std::string> {
    const v1::Backlog& backlog = workflow.backlog();
    const std::vector<std::string> notes = Notes(workflow, absl::Now());
    return {ShortName(workflow.name()),
            StatusText(workflow.status()),
            workflow.has_status_time() ? FormatSpan(absl::Now() - ToTime(workflow.status_time())) : "",
            backlog.has_observe_time() ? FormatCount(backlog.records()) : "",
            FormatRate(backlog.queued_per_second()),
            FormatRate(backlog.finished_per_second()),
            backlog.has_time_to_drain() ? FormatSpan(ToDuration(backlog.time_to_drain())) : "",
            notes.empty() ? "" : notes.front()};
  };
  PrintList<v1::Workflow>(
      session, *workflows,
      Table({"WORKFLOW", "STATUS", ">FOR", ">BACKLOG", ">QUEUED", ">WRITTEN", ">TIME LEFT", "NOTE"}),
      "There are no workflows: create an instance, or apply a definition file.", row);
  return absl::OkStatus();
}

std::string Describe(const v1::Workflow& workflow) {
  std::string text;
  for (const std::string& line : RenderWorkflow(workflow, workflow.backlog().records(), 10'000, absl::Now())) {
    absl::StrAppend(&text, line, "\n");
  }
  for (const std::string& line : RenderBooks(workflow)) absl::StrAppend(&text, "  books of ", line, "\n");
  absl::StrAppend(&text, "  latest revision ", workflow.revision(), "\n");
  for (const v1::Replica& replica : workflow.replicas()) {
    absl::StrAppend(&text, "  replica ", replica.id(), replica.reader() ? "   reads" : "", "   writes ",
                    replica.partitions_size(), " partitions   in flight ", replica.in_flight(), " of ",
                    replica.concurrency(), "\n");
  }
  return text;
}

absl::Status Get(Session& session, const std::string& text) {
  auto name = FindWorkflow(session, text);
  if (!name.ok()) return name.status();
  auto workflow = GetWorkflow(session, *name);
  if (!workflow.ok()) return workflow.status();
  Print(session, *workflow, Describe(*workflow));
  return absl::OkStatus();
}

// Why the workflow doesn't get there, to be shown when the time is up or it failed.
std::string NotesText(const v1::Workflow& workflow) {
  std::string text;
  for (const std::string& note : Notes(workflow, absl::Now())) absl::StrAppend(&text, "\n  ", note);
  return text;
}

absl::StatusOr<v1::Workflow> WaitFor(Session& session, v1::Workflow workflow, v1::Workflow::Status wanted,
                                     absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (workflow.status() != wanted) {
    const std::string state = absl::StrCat(ShortName(workflow.name()), " is ", StatusText(workflow.status()));
    if (workflow.status() == v1::Workflow::STATUS_FAILED) {
      return Fail(ExitCode::kPrecondition, absl::StrCat(state, ".", NotesText(workflow)));
    }
    if (absl::Now() >= deadline) {
      return Fail(ExitCode::kTimedOut, absl::StrCat(state, ", and not ", StatusText(wanted), ", after ",
                                                    FormatSpan(timeout), ".", NotesText(workflow)));
    }
    absl::SleepFor(kPoll);
    auto now = GetWorkflow(session, workflow.name());
    if (!now.ok()) return now.status();
    workflow = *std::move(now);
  }
  return workflow;
}

// The workflow when it runs, or will by itself: what start --if-stopped leaves alone.
std::optional<v1::Workflow> Started(Session& session, const std::string& name) {
  auto workflow = GetWorkflow(session, name);
  if (!workflow.ok()) return std::nullopt;
  const bool started =
      workflow->status() == v1::Workflow::STATUS_STARTING || workflow->status() == v1::Workflow::STATUS_RUNNING;
  return started ? std::optional(*std::move(workflow)) : std::nullopt;
}

template <typename Request>
absl::Status Control(Session& session, const std::string& method, v1::Workflow::Status wanted, const Options& options) {
  auto name = FindWorkflow(session, options.name);
  if (!name.ok()) return name.status();
  Request request;
  request.set_name(*name);
  v1::Workflow workflow;
  if (auto status = session.api().Call(method, request, workflow); !status.ok()) {
    auto started = options.if_stopped ? Started(session, *name) : std::nullopt;
    if (!started) return WithNearestName(session, kWorkflows, *name, status);
    workflow = *std::move(started);
  }
  if (options.wait) {
    auto arrived = WaitFor(session, std::move(workflow), wanted, absl::Seconds(options.timeout_seconds));
    if (!arrived.ok()) return arrived.status();
    workflow = *std::move(arrived);
  }
  Print(session, workflow, RenderLine(workflow) + "\n");
  return absl::OkStatus();
}

std::string CostOf(const std::string& workflow, const v1::ResetWorkflowResponse& cost, bool ingress) {
  std::string text = absl::StrCat(workflow, " begins anew: its positions are forgotten, and ", FormatCount(cost.queued_records()),
                                  " queued records are dropped and read again. The next start ");
  absl::StrAppend(&text, ingress ? absl::StrCat("lists the keys that Campaign holds and reads every table, ",
                                                FormatCount(cost.rows()),
                                                " rows when they were last read: each costs at most one engine call.")
                                 : "reads the journal from its oldest event; what became an activity is not made again.");
  return text;
}

absl::Status Reset(Session& session, const Options& options) {
  auto name = FindWorkflow(session, options.name);
  if (!name.ok()) return name.status();
  v1::ResetWorkflowRequest request;
  request.set_name(*name);
  request.set_validate_only(!options.yes);
  v1::ResetWorkflowResponse response;
  if (auto status = session.api().Call("WorkflowService.ResetWorkflow", request, response); !status.ok()) {
    return WithNearestName(session, kWorkflows, *name, status);
  }
  const bool ingress = response.workflow().type() == v1::WORKFLOW_TYPE_INGRESS;
  const std::string cost = CostOf(ShortName(*name), response, ingress);
  if (!options.yes) {
    return Fail(ExitCode::kPrecondition, absl::StrCat(cost, "\nNothing was changed. To do it: causewayctl workflows reset ",
                                                      ShortName(*name), " --yes"));
  }
  Print(session, response, absl::StrCat(cost, "\n"));
  return absl::OkStatus();
}

absl::Status WatchWorkflows(Session& session, const Options& options) {
  WatchOptions watch;
  // One workflow, or those of an organization or instance.
  auto scope = InstanceScope(options.name);
  const bool one = !options.name.empty() && !scope.ok();
  auto parent = one ? FindWorkflow(session, options.name) : std::move(scope);
  if (!parent.ok()) return parent.status();
  watch.parent = *parent;
  watch.interval = absl::Seconds(options.interval_seconds);
  watch.until_drained = options.until_drained;
  if (options.watch_timeout_seconds > 0) watch.timeout = absl::Seconds(options.watch_timeout_seconds);
  return WithNearestName(session, one ? kWorkflows : kInstances, *parent, Watch(session, watch));
}

}  // namespace

void AddWorkflowCommands(CLI::App& app, Session& session) {
  CLI::App& group =
      *app.add_subcommand("workflows", "What runs: status, backlog, start, stop, watch")->require_subcommand(1);
  auto options = std::make_shared<Options>();

  CLI::App* list = AddCommand(group, session, "list", "Every workflow with status, backlog and rates",
                              [&session, options] { return List(session, options->name); });
  list->add_option("scope", options->name, "An organization or instance; all when left out");
  session.completes[list] = &kInstances;

  CLI::App* get =
      AddCommand(group, session, "get", "One workflow", [&session, options] { return Get(session, options->name); });
  AddName(*get, session, kWorkflows, options->name);

  CLI::App* start = AddCommand(group, session, "start", "Start a workflow with the latest revision of its definition",
                               [&session, options] {
                                 return Control<v1::StartWorkflowRequest>(session, "WorkflowService.StartWorkflow",
                                                                          v1::Workflow::STATUS_RUNNING, *options);
                               });
  CLI::App* stop =
      AddCommand(group, session, "stop", "Stop a workflow; what is queued stays queued", [&session, options] {
        return Control<v1::StopWorkflowRequest>(session, "WorkflowService.StopWorkflow", v1::Workflow::STATUS_STOPPED,
                                                *options);
      });
  start->add_flag("--if-stopped", options->if_stopped, "One that is started already is as good");
  for (CLI::App* command : {start, stop}) {
    AddName(*command, session, kWorkflows, options->name);
    command->add_flag("--wait", options->wait, command == start ? "Until it is RUNNING" : "Until it is STOPPED");
    command->add_option("--timeout", options->timeout_seconds, "Seconds to wait")
        ->capture_default_str()
        ->check(AboveZero());
  }

  CLI::App* reset = AddCommand(group, session, "reset",
                               "Have queue and positions of a stopped workflow begin anew: the way on after CW-LOG-GAP",
                               [&session, options] { return Reset(session, *options); });
  AddName(*reset, session, kWorkflows, options->name);
  reset->add_flag("--yes", options->yes, "Do it; without, what it costs is said and nothing changed");

  CLI::App* watch = AddCommand(group, session, "watch", "Follow status, backlog and rates live; Ctrl-C ends it",
                               [&session, options] { return WatchWorkflows(session, *options); });
  AddName(*watch, session, kWorkflows, options->name, /*required=*/false);
  watch->add_option("--interval", options->interval_seconds, "Seconds between updates")
      ->capture_default_str()
      ->check(AboveZero());
  watch->add_flag("--until-drained", options->until_drained, "End when everything is read and written");
  watch->add_option("--timeout", options->watch_timeout_seconds,
                    "Seconds after which it ends with exit code 6; 0: never");
}

}  // namespace causeway::ctl
