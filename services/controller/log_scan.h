// Reading one partition as it is now, from an offset to its end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"

namespace causeway::controller {

// false: enough.
using Visit = std::function<bool(const backlog::Message&)>;

// Shows `visit` what is committed. Errors are LogReader's.
async::Task<absl::Status> Scan(backlog::Broker& broker, std::string topic, int32_t partition, int64_t offset,
                               Visit visit);

// A topic that can't be read, as the API's callers are told: CW-LOG-UNREACHABLE.
absl::Status Unreadable(const absl::Status& status);

}  // namespace causeway::controller
