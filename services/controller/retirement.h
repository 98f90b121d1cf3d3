// Retirement: what a deleted instance, or a reset, leaves of a workflow in Kafka. Its names are never used again; its topics are
// deleted or kept, as the controller was told, and its positions are deleted.
//
// The edit that retires writes a record of it (stored.proto, Retired), in its transaction; the controller removes what the record
// names and then the record, so that a controller that dies in between leaves the rest to the next one. Pure.
#pragma once

#include <string>
#include <vector>

#include "causeway/v1/stored.pb.h"
#include "common/backlog/topics.h"
#include "services/controller/edits.h"

namespace causeway::controller {

enum class RetiredTopics { kDelete, kKeep };

// The workflow's instance is deleted, or the workflow is reset; `topics` are those of before. Nothing where it was never started.
void Retire(const v1::StoredWorkflow& workflow, const backlog::WorkflowTopics& topics, bool instance_deleted,
            RetiredTopics what, Edit& edit);

// Where the retired records and positions are.
backlog::WorkflowTopics TopicsOf(const v1::Retired& retired);
// The topics that are to be deleted; none where they are kept. A reset leaves the index to the generation that follows, which learns from
// it what we have made, and deletes that of the generation before.
std::vector<std::string> TopicsToDelete(const v1::Retired& retired);
// Whether a key of causeway.checkpoints is to be deleted. The end of the last run stays: a replica that was suspended all the while
// has to find it.
bool IsRetired(const backlog::WorkflowTopics& topics, absl::string_view checkpoint_key);

}  // namespace causeway::controller
