// Between a workflow as it is stored and its lifecycle's durable facts. Pure.
#pragma once

#include <string>

#include "causeway/v1/stored.pb.h"
#include "services/controller/edits.h"
#include "services/controller/lifecycle.h"

namespace causeway::controller {

Desired DesiredOf(const v1::StoredWorkflow& stored);
// All but the pinned definition.
void Store(const Desired& desired, v1::StoredWorkflow& stored);
// Whether a replay of the mapping was asked for since the workflow was started the last time (I12).
bool ReplayScheduled(const v1::TableMapping& mapping, const v1::StoredWorkflow& workflow);
// Adds what tells the replicas themselves which run may work: with each start, stop and end of a run.
void TellRun(const v1::StoredWorkflow& workflow, const backlog::WorkflowTopics& topics, absl::Time now, Edit& edit);
// What a start, a stop or the end of a run writes.
Edit EditOf(const char* action, const v1::StoredWorkflow& workflow, std::string note);

}  // namespace causeway::controller
