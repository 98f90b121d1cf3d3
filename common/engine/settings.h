// The settings of a definition with their defaults filled in (proto/causeway/v1/resources.proto states them). Pure.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "causeway/v1/control.pb.h"

namespace causeway::engine {

// By default an event of egress is on its timeline within two seconds.
absl::Duration PollInterval(const v1::Definition& definition);
int64_t MaxQueuedBytes(const v1::WorkflowSettings& settings);
int MaxDeadLetterPercent(const v1::WorkflowSettings& settings);
int DispatchWindow(const v1::WorkflowSettings& settings);

}  // namespace causeway::engine
