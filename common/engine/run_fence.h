// RunFence: whether this run may still work, as causeway.checkpoints says (RunCheckpoint, written by the controller in the transaction
// of each Start, Stop and recorded failure). A replica that the controller can't reach learns there that its run is over.
//
// It follows the log and looks at least each second. What a run may do without asking anybody holds for kRightLasts from the
// beginning of the last look that read to the log's end: a run that can't look ends on its own, so that the controller knows by when a
// replica that it can't hear has ceased to send (kRunLapses in services/controller/lifecycle.h).
//
// A run without a checkpoint isn't over: it was started by version 0.1. A tombstone ends it: its workflow was deleted.
//
// Life: construct for one run; it looks until it is destroyed or the run is over. Loop's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "causeway/v1/record.pb.h"
#include "common/async/notifier.h"
#include "common/async/scope.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"
#include "common/backlog/topics.h"
#include "common/engine/checkpoints.h"
#include "common/engine/right.h"
#include "common/engine/run_state.h"
#include "common/engine/world.h"

namespace causeway::engine {

class RunFence {
 public:
  // `on_over` is called once, with the reason (CW-WRK-RUN).
  RunFence(World& world, const backlog::WorkflowTopics& topics, int64_t run, RunState& state,
           std::function<void(absl::Status)> on_over);
  ~RunFence();

  int64_t run() const { return run_; }
  // A newer run has begun, or this one has been ended.
  bool over() const { return !reason_.ok(); }
  // Whether what the run does may still be begun at this moment.
  bool Holds() const { return !over() && world_.loop.Now() < looked_ + kRightLasts; }
  // OK once it holds; CW-WRK-RUN when the run is over; CW-LOG-UNREACHABLE when the broker can't be asked by `deadline`.
  async::Task<absl::Status> Obtain(async::Instant deadline);
  // Notified after each look, and when the run is over.
  async::Notifier& changed() { return changed_; }

  // Ordinal of the last record queued in a partition, as the last look saw it: no reader tells of a record before it is in the log.
  int64_t QueuedIn(int32_t partition) const {
    return partition < queued_.ordinals_size() ? queued_.ordinals(partition) : 0;
  }

  // Something that run `run` wrote was read elsewhere. OK, or CW-WRK-RUN when this one is over.
  absl::Status See(int64_t run);
  // The same of what stands in the workflow's checkpoints.
  absl::Status See(const Checkpoints& checkpoints);

 private:
  async::Task<void> Follow();
  async::Task<absl::Status> Look();
  void Apply(const backlog::Message& message);
  absl::Status See(const v1::RunCheckpoint& checkpoint);
  void End(std::string why);

  World& world_;
  const backlog::WorkflowTopics topics_;
  const int64_t run_;
  RunState& state_;
  const std::function<void(absl::Status)> on_over_;
  absl::Status reason_;
  async::Instant looked_ = -absl::InfiniteDuration();
  v1::QueuedCheckpoint queued_;
  std::unique_ptr<backlog::LogReader> log_;
  async::Notifier changed_;
  async::Scope tasks_;
};

}  // namespace causeway::engine
