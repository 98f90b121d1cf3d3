// How a workflow is shown: v1::Workflow, put together from its definition, its lifecycle and its backlog. Pure.
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "causeway/v1/stored.pb.h"
#include "causeway/v1/workflow_service.pb.h"
#include "common/async/loop.h"
#include "services/controller/lifecycle.h"

namespace causeway::controller {

// Without backlog and status_time, which the caller adds.
v1::Workflow ViewOf(const v1::StoredWorkflow& stored, const Lifecycle& lifecycle, async::Instant now,
                    absl::Time wall_time);

// When the oldest record was queued that a replica holds unfinished.
std::optional<absl::Time> OldestReported(const Lifecycle& lifecycle);

// The same with secrets left out and output-only fields set, as the API shows it.
v1::Connection ViewOf(const v1::StoredConnection& stored);

}  // namespace causeway::controller
