#include "services/controller/stored_workflow.h"

#include <utility>

#include "causeway/v1/record.pb.h"
#include "services/controller/protos.h"

namespace causeway::controller {

Desired DesiredOf(const v1::StoredWorkflow& stored) {
  Desired desired;
  desired.started = stored.started();
  desired.run = stored.run();
  desired.pinned_revision = stored.pinned().revision();
  if (stored.has_failure()) desired.failure = stored.failure();
  return desired;
}

void Store(const Desired& desired, v1::StoredWorkflow& stored) {
  stored.set_started(desired.started);
  stored.set_run(desired.run);
  stored.clear_failure();
  if (desired.failure.has_value()) *stored.mutable_failure() = *desired.failure;
}

bool ReplayScheduled(const v1::TableMapping& mapping, const v1::StoredWorkflow& workflow) {
  for (const v1::TableMapping& pinned : workflow.pinned().table_mappings()) {
    if (pinned.uid() == mapping.uid()) return mapping.last_replay() > pinned.last_replay();
  }
  return mapping.last_replay() > 0;
}

void TellRun(const v1::StoredWorkflow& workflow, const backlog::WorkflowTopics& topics, absl::Time now, Edit& edit) {
  v1::RunCheckpoint run;
  run.set_run(workflow.run());
  run.set_ended(!workflow.started() || workflow.has_failure());
  *run.mutable_time() = ToProto(now);
  edit.checkpoints.push_back({topics, topics.run_key(), run.SerializeAsString()});
}

Edit EditOf(const char* action, const v1::StoredWorkflow& workflow, std::string note) {
  Edit edit;
  *edit.records[workflow.name()].emplace().mutable_workflow() = workflow;
  edit.audit.set_action(action);
  edit.audit.set_resource(workflow.name());
  edit.audit.set_note(std::move(note));
  return edit;
}

}  // namespace causeway::controller
