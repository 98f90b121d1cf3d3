// The settings of a definition with their defaults filled in (proto/causeway/v1/resources.proto states them). Pure.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "causeway/v1/resources.pb.h"

namespace causeway::engine {

absl::Duration PollInterval(const v1::WorkflowSettings& settings);
int64_t MaxQueuedBytes(const v1::WorkflowSettings& settings);
int MaxDeadLetterPercent(const v1::WorkflowSettings& settings);
int DispatchWindow(const v1::WorkflowSettings& settings);

}  // namespace causeway::engine
