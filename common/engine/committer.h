// Committer: the transactions of the write side. One transaction holds the group's offsets (the contiguous finished prefix of
// each partition), the same as checkpoints, the index's changes and the dead letters below the offsets (design.md "Write side").
//
// It is also the DispatchRight: a transaction that the group's coordinator accepted proves that the partitions were this
// member's when it was sent, so the right to send requests lasts kRightLasts from then. A successor therefore waits kRightLasts plus
// the time in which its predecessor's requests may take effect (request deadline and landing margin) from the moment it owns the
// partitions, and nothing that its predecessor sent can land later; what the margin can't exclude is in
// docs/decisions/landing-after-the-deadline.md. (The group's session time-out would prove less: librdkafka does not tell when the last
// heartbeat was answered.) The right ends too when the run's does, or can't be seen to go on (run_fence.h).
//
// Life: construct, Open, then Run beside the loops that finish records; Flush at the end; destroy. Loop's thread only.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/async/notifier.h"
#include "common/async/task.h"
#include "common/engine/destination.h"
#include "common/engine/index.h"
#include "common/engine/owned_partition.h"
#include "common/engine/right.h"
#include "common/engine/run_fence.h"
#include "common/engine/run_state.h"
#include "common/engine/world.h"

namespace causeway::engine {

class Committer final : public DispatchRight {
 public:
  Committer(World& world, const backlog::WorkflowTopics& topics, OwnedPartitions& partitions, Index& index, RunFence& fence,
            RunState& state);
  ~Committer() override;

  async::Task<absl::Status> Open();
  // Whose generation is checked. Set before anything is committed.
  void set_consumer(backlog::GroupConsumer* consumer) { consumer_ = consumer; }

  // Commits what was finished, soon after Wish and never more often than needed, until Stop. Returns an error when the producer
  // is beyond use: what was not committed is then unknown, and the writer has to begin anew. So it has when the local store does not
  // take what was committed (CW-STO-…): the partitions' copies are to be restored.
  async::Task<absl::Status> Run();
  void Wish();
  // Makes the next commit go out even when nothing was finished: it renews the right and says who owns the partitions.
  void WishRight() { right_wished_ = true; }
  void Stop();

  // Commits now. `release`: the offsets say that nobody has gone beyond them. Tries until it is decided or `deadline`.
  // ABORTED: the partitions are lost.
  async::Task<absl::Status> Flush(bool release, async::Instant deadline);

  async::Task<absl::Status> Obtain() override;
  absl::Status Check() const override;
  // The group has gone on without this member: nothing more may be sent or committed for these partitions.
  void LosePartitions() { lost_ = true; }
  void NewAssignment();

  const Pulse& pulse() const { return pulse_; }

 private:
  async::Task<absl::Status> CommitOnce(bool release, async::Instant deadline);
  backlog::Transaction BuildTransaction(bool release);
  void AppendOutcomes(const OwnedPartition& partition, int64_t until, backlog::Transaction& transaction) const;
  bool AnythingToCommit() const;
  // Whether the partitions are known to be this member's.
  bool Owns() const { return !lost_ && world_.loop.Now() < right_until_; }
  async::Task<void> Trim();

  World& world_;
  backlog::WorkflowTopics topics_;
  OwnedPartitions& partitions_;
  Index& index_;
  RunFence& fence_;
  RunState& state_;
  backlog::GroupConsumer* consumer_ = nullptr;
  int32_t checkpoints_partition_ = 0;
  std::unique_ptr<backlog::TransactionalProducer> producer_;
  Pulse pulse_;

  absl::Status store_trouble_;
  bool stopping_ = false;
  bool wished_ = false;
  bool right_wished_ = false;
  bool committing_ = false;
  bool lost_ = true;
  async::Instant right_until_;
  async::Instant last_commit_;
  async::Instant last_trim_;
  bool trimming_ = false;
  async::Notifier wish_;
  async::Notifier decided_;
  async::Scope trims_;
};

}  // namespace causeway::engine
