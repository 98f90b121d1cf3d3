// Sweeper: what becomes of records that a pass over their table did not see. In two steps, because a pass may miss rows for other reasons
// than that they are gone (design.md "Kafka", "Deleting has a brake"):
//
//   KIND_PASS_END   counts them and deletes nothing; the count is committed with the record (GoneCheckpoint). The reader decides.
//   KIND_SWEEP      deletes them, each looked at again at its moment. A crash in its middle repeats it; what is deleted already isn't
//                   found any more.
//
// Both wait for what is queued before them, beside the partition's other records, which go on up to the window. Both go through the
// index in portions, so neither memory nor a turn of the loop grows with the table.
//
// Life: construct; Count and Sweep are spawned in the partition's tasks and end with it. Loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "causeway/v1/record.pb.h"
#include "common/async/task.h"
#include "common/engine/destination.h"
#include "common/engine/dispatcher.h"
#include "common/engine/index.h"
#include "common/engine/owned_partition.h"
#include "common/engine/targets.h"
#include "common/engine/world.h"

namespace causeway::engine {

class Sweeper {
 public:
  // References outlive the Sweeper. `on_failure`: the index can't be read; the writer has to begin anew.
  Sweeper(World& world, Destination& destination, const Targets& targets, Index& index, Dispatcher& dispatcher,
          std::function<void(absl::Status)> on_failure);

  async::Task<void> Count(OwnedPartition& partition, v1::QueuedRecord pass_end);
  async::Task<void> Sweep(OwnedPartition& partition, v1::QueuedRecord sweep);

 private:
  bool Applies(const v1::QueuedRecord& record) const;
  async::Task<void> DeleteKeys(OwnedPartition& partition, const v1::QueuedRecord& sweep, std::vector<std::string> keys,
                               std::shared_ptr<Sweeping> sweeping);

  World& world_;
  Destination& destination_;
  const Targets& targets_;
  Index& index_;
  Dispatcher& dispatcher_;
  std::function<void(absl::Status)> on_failure_;
};

}  // namespace causeway::engine
