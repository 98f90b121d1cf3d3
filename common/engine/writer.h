// Writer: the write side of a workflow in one replica. A member of the writers' consumer group; takes partitions over, feeds
// their records to the Dispatcher, gives them up when asked (design.md "Write side", "Zombies").
//
// Life: construct for one run; Run until it returns; Stop makes it finish what is in flight, commit, release and leave. Loop's
// thread only.
//
// A crash leaves the partitions with an owner in their offsets' metadata: whoever takes them over waits until nothing the owner
// sent can land any more, and looks up the keys within the owner's window before creating them.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "causeway/v1/control.pb.h"
#include "common/engine/checkpoints.h"
#include "common/engine/committer.h"
#include "common/engine/dispatcher.h"
#include "common/engine/destination.h"
#include "common/engine/index.h"
#include "common/engine/owned_partition.h"
#include "common/engine/pulse.h"
#include "common/engine/run_fence.h"
#include "common/engine/run_state.h"
#include "common/engine/settings.h"
#include "common/engine/sweeper.h"
#include "common/engine/targets.h"
#include "common/engine/world.h"

namespace causeway::engine {

class Writer {
 public:
  // References outlive the Writer.
  Writer(World& world, const v1::Definition& definition, Destination& destination, Targets& targets, RunFence& fence, RunState& state);
  ~Writer();

  // OK after Stop; a workflow error ends the run; after a transient one a new Writer goes on.
  async::Task<absl::Status> Run();
  void Stop();

  bool Alive(async::Instant now) const;
  int64_t turns() const { return pulse_.turns(); }
  std::vector<int32_t> partitions() const;
  int in_flight() const { return dispatcher_.in_flight(); }
  int concurrency() const { return dispatcher_.concurrency(); }
  absl::Time OldestQueued() const;

 private:
  // Where a partition begins, and what its last owner left open.
  struct Takeover {
    backlog::PartitionProgress::Position position;
    int64_t window = 0;           // How far beyond it the last owner may have gone; 0: it released the partition.
    int64_t uncertain_until = 0;  // Ordinal of the last record that it may have dispatched; 0: none.
    absl::Duration request_deadline;  // How long after it was sent one of its requests may still take effect.
    int64_t run = 0;                  // In which it wrote.
    backlog::PartitionProgress::Totals totals;
  };

  async::Task<absl::Status> RunOnce();
  async::Task<absl::Status> AwaitTargets();
  async::Task<absl::Status> FollowGroup();
  async::Task<absl::Status> TakeOver(const std::vector<int32_t>& ids);
  async::Task<absl::StatusOr<std::map<int32_t, Takeover>>> FindPositions(const std::vector<int32_t>& ids,
                                                                            async::Instant taken);
  absl::StatusOr<Takeover> TakeoverOf(int32_t id, const std::map<int32_t, backlog::GroupOffset>& committed,
                                      const Checkpoints& checkpoints) const;
  absl::Duration LandingTimeOfRun() const { return LandingTime(definition_.settings(), destination_.request_deadline()); }
  async::Task<absl::Status> GiveUp(bool lost);
  async::Task<void> WritePartition(OwnedPartition& partition, async::Instant begin);
  async::Task<absl::Status> FetchInto(OwnedPartition& partition);
  async::Task<absl::Status> MissIfOwned(OwnedPartition& partition, absl::Status missing);
  async::Task<absl::Status> CheckTailOf(OwnedPartition& partition);
  async::Task<absl::Status> LearnWhatWasOurs(OwnedPartition& partition);
  absl::Status Admit(OwnedPartition& partition, const backlog::Message& message, v1::QueuedRecord record);
  absl::Status AdmitExisting(OwnedPartition& partition, const std::string& key, const v1::QueuedRecord& record);
  absl::StatusOr<bool> WasOurs(const OwnedPartition& partition, const std::string& key, const v1::IndexEntry& listed) const;
  async::Task<absl::Status> RestoreIndex(const std::vector<int32_t>& ids);
  async::Task<void> RunCommitter();
  void Fail(absl::Status error);

  World& world_;
  const v1::Definition& definition_;
  Destination& destination_;
  Targets& targets_;
  RunFence& fence_;
  RunState& state_;
  backlog::WorkflowTopics topics_;
  const int window_;
  Pulse pulse_;
  bool stopping_ = false;
  std::optional<absl::Status> failure_;

  std::unique_ptr<backlog::GroupConsumer> consumer_;
  Index index_;
  // Of the generation before a reset: it tells which of the records that the destination holds we have made.
  std::optional<Index> index_before_;
  OwnedPartitions partitions_;
  Committer committer_;
  Dispatcher dispatcher_;
  Sweeper sweeper_;
  async::Scope loops_;
};

}  // namespace causeway::engine
