#include "common/worker/report_log.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/process/log.h"

namespace causeway::worker {
namespace {

const char* EventOf(v1::WorkflowReport::Phase phase) {
  switch (phase) {
    case v1::WorkflowReport::PHASE_STARTING:
      return "workflow_starting";
    case v1::WorkflowReport::PHASE_RUNNING:
      return "workflow_running";
    case v1::WorkflowReport::PHASE_STOPPING:
      return "workflow_stopping";
    default:
      return "workflow_stopped";
  }
}

void LogPhase(const v1::WorkflowReport& now) {
  if (now.phase() == v1::WorkflowReport::PHASE_FAILED) {
    const v1::Failure& failure = now.failure();
    log::Error("workflow_failed", {{"workflow", now.workflow()},
                                   {"run", now.run()},
                                   {"revision", now.revision()},
                                   {"code", failure.code()},
                                   {"message", failure.message()},
                                   {"remedy", failure.remedy()},
                                   {"subject", failure.subject()}});
    return;
  }
  log::Info(EventOf(now.phase()), {{"workflow", now.workflow()}, {"run", now.run()}, {"revision", now.revision()}});
}

// What tells one condition from another: it may get another message while it lasts.
using ConditionKey = std::pair<std::string, std::string>;

std::map<ConditionKey, const v1::Condition*> ConditionsOf(const v1::WorkflowReport& report) {
  std::map<ConditionKey, const v1::Condition*> conditions;
  for (const v1::Condition& condition : report.conditions())
    conditions[{condition.type(), condition.code()}] = &condition;
  return conditions;
}

void LogConditions(const v1::WorkflowReport& before, const v1::WorkflowReport& now) {
  const auto held = ConditionsOf(before);
  const auto holds = ConditionsOf(now);
  for (const auto& [key, condition] : holds) {
    if (held.contains(key)) continue;
    log::Warning("condition_began", {{"workflow", now.workflow()},
                                     {"condition", condition->type()},
                                     {"code", condition->code()},
                                     {"message", condition->message()}});
  }
  for (const auto& [key, condition] : held) {
    if (holds.contains(key)) continue;
    log::Info("condition_ended", {{"workflow", now.workflow()}, {"condition", key.first}, {"code", key.second}});
  }
}

}  // namespace

void ReportLog::Compare(const v1::WorkflowReport& before, const v1::WorkflowReport& now) {
  const bool another_run = before.run() != now.run() || before.restart() != now.restart();
  if (another_run || before.phase() != now.phase()) LogPhase(now);
  if (before.reader() != now.reader()) {
    log::Info(now.reader() ? "reader_began" : "reader_ended", {{"workflow", now.workflow()}, {"run", now.run()}});
  }
  const auto same_partitions = std::equal(before.partitions().begin(), before.partitions().end(),
                                          now.partitions().begin(), now.partitions().end());
  if (!same_partitions) {
    log::Info("partitions_changed", {{"workflow", now.workflow()}, {"count", now.partitions_size()}});
  }
  LogConditions(before, now);
}

void ReportLog::Observe(const v1::ConnectRequest& report) {
  std::map<std::string, v1::WorkflowReport> present;
  for (const v1::WorkflowReport& workflow : report.workflows()) {
    Compare(last_[workflow.workflow()], workflow);
    present[workflow.workflow()] = workflow;
  }
  last_ = std::move(present);
}

}  // namespace causeway::worker
