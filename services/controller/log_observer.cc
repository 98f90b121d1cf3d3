#include "services/controller/log_observer.h"

#include "common/process/log.h"
#include "services/controller/names.h"

namespace causeway::controller {

void LogObserver::Rebuilt(size_t workflows, int64_t mutations) {
  log::Info("definitions_read", {{"workflows", workflows}, {"mutations", mutations}});
}

void LogObserver::CantOpen(const absl::Status& why) { log::Warning("definitions_cant_be_read", why); }

// Who did it is in the audit trail: it may be a person's name.
void LogObserver::Changed(const v1::AuditEntry& entry) {
  log::Info("definition_changed", {{"entry", entry.name()},
                                   {"action", entry.action()},
                                   {"resource", entry.resource()},
                                   {"changes", entry.changes_size()}});
}

void LogObserver::StatusChanged(v1::Workflow::Status from, const v1::Workflow& workflow) {
  if (workflow.status() == v1::Workflow::STATUS_FAILED) {
    const v1::Failure& failure = workflow.failure();
    return log::Error("status_changed", {{"workflow", workflow.name()},
                                         {"from", StatusName(from)},
                                         {"to", StatusName(workflow.status())},
                                         {"code", failure.code()},
                                         {"message", failure.message()},
                                         {"remedy", failure.remedy()}});
  }
  log::Info("status_changed", {{"workflow", workflow.name()},
                               {"from", StatusName(from)},
                               {"to", StatusName(workflow.status())},
                               {"waiting_for", workflow.waiting_for()}});
}

void LogObserver::ReplicaConnected(const std::string& replica, const std::string& workflow_type,
                                   const std::string& version) {
  log::Info("replica_connected", {{"replica", replica}, {"service", workflow_type}, {"version", version}});
}

void LogObserver::ReplicaDisconnected(const std::string& replica, const std::string& workflow_type) {
  log::Warning("replica_disconnected", {{"replica", replica}, {"service", workflow_type}});
}

void LogObserver::ReplicaRefused(const std::string& replica, const std::string& workflow_type,
                                 const absl::Status& why) {
  log::Error("replica_refused", why, {{"replica", replica}, {"service", workflow_type}});
}

void LogObserver::ReaderChosen(const std::string& workflow, const std::string& replica) {
  log::Info("reader_chosen", {{"workflow", workflow}, {"replica", replica}});
}

void LogObserver::LoopStalled(const std::string& workflow, const std::string& replica, const std::string& loop) {
  log::Warning("loop_stalled", {{"workflow", workflow}, {"replica", replica}, {"loop", loop}});
}

void LogObserver::TopicProblem(const std::string& workflow, const absl::Status& why) {
  log::Warning("topic_problem", why, {{"workflow", workflow}});
}

void LogObserver::CantRemove(const std::string& what, const absl::Status& why) {
  log::Warning("retired_not_removed", why, {{"what", what}});
}

void LogObserver::SecretProblem(const std::string& workflow, const absl::Status& why) {
  log::Error("secret_problem", why, {{"workflow", workflow}});
}

}  // namespace causeway::controller
