// A sample of what the index knows of a table, read from its topic: whoever owns no partition has no copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"
#include "common/backlog/topics.h"

namespace causeway::engine {

// Up to `most` records that are held by `target` for certain: source id -> the destination's key. Goes through one partition after
// the other until there are enough, each to its end, because the last word on a key may stand there. `turn` is called between batches.
// Errors are the broker's.
async::Task<absl::StatusOr<std::map<std::string, std::string>>> SampleIndex(backlog::Broker& broker, const backlog::WorkflowTopics& topics,
                                                                            int32_t partitions, const std::string& table, uint64_t target,
                                                                            size_t most, absl::FunctionRef<void()> turn);

}  // namespace causeway::engine
