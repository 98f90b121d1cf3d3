// The settings of a definition with their defaults filled in (proto/causeway/v1/resources.proto states them). Pure.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "causeway/v1/control.pb.h"
#include "common/engine/deletions.h"

namespace causeway::engine {

// By default an event of egress is on its timeline within two seconds.
absl::Duration PollInterval(const v1::Definition& definition);
int64_t MaxQueuedBytes(const v1::WorkflowSettings& settings);
int MaxDeadLetterPercent(const v1::WorkflowSettings& settings);
// How long after it was sent a request may still take effect: its deadline, after which the client gives it up, and the margin in
// which the destination may carry it out nevertheless.
absl::Duration LandingTime(const v1::WorkflowSettings& settings, absl::Duration request_deadline);
int DispatchWindow(const v1::WorkflowSettings& settings);
DeletionLimits DeletionLimitsOf(const v1::WorkflowSettings& settings);

}  // namespace causeway::engine
