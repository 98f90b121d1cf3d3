// Reader: the read loop of a workflow. Reads pages from the Source and queues them; one transaction holds a page and the
// checkpoint that goes with it, under a transactional id that only one living reader can have (design.md "Read side").
//
// Life: construct for one run; Run until it returns; Stop makes it return soon. Loop's thread only.
//
// What happens when a call fails or the process dies:
//   reading a page      nothing was queued; read again after a pause, for ever (Degraded), unless the error ends the run
//   the transaction     refused or not reached: nothing landed, tried again with the same page. Outcome unknown or fenced: the
//                       id is opened anew, which decides it, and the checkpoint tells where to go on
//   a crash             before the commit: the page is read again; after it: the checkpoint is behind the page
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "causeway/v1/control.pb.h"
#include "common/async/notifier.h"
#include "common/engine/checkpoints.h"
#include "common/engine/destination.h"
#include "common/engine/pulse.h"
#include "common/engine/run_fence.h"
#include "common/engine/run_state.h"
#include "common/engine/source.h"
#include "common/engine/world.h"

namespace causeway::engine {

class Reader {
 public:
  // References outlive the Reader.
  Reader(World& world, const v1::Definition& definition, Source& source, Destination& destination, RunFence& fence, RunState& state);
  // What it has shown of itself ends with it: another replica reads then.
  ~Reader();

  // OK after Stop; otherwise the error that ends the run.
  async::Task<absl::Status> Run();
  void Stop();

  const Pulse& pulse() const { return pulse_; }

 private:
  async::Task<absl::Status> RunFenced();
  async::Task<absl::Status> RestoreCheckpoints();
  async::Task<absl::Status> WaitForRoom();
  async::Task<absl::StatusOr<bool>> Step(const std::string& table);
  async::Task<absl::Status> QueueExisting(const std::string& table);
  async::Task<absl::Status> QueuePage(const std::string& table, Page page);
  std::string ReasonToStartOver(const std::string& table) const;
  void BeginPass(const std::string& table, v1::TableCheckpoint& checkpoint) const;
  async::Task<absl::Status> StartOver(const std::string& table, errors::Detail why);
  async::Task<absl::Status> Commit(const std::string& table, v1::TableCheckpoint checkpoint, backlog::Transaction transaction);

  void AppendRecord(backlog::Transaction& transaction, int32_t partition, v1::QueuedRecord record);
  std::map<std::string, int64_t> AppendPage(const std::string& table, const v1::TableCheckpoint& checkpoint, Page& page,
                                            backlog::Transaction& transaction);
  void CountQueued(const std::string& table, const std::map<std::string, int64_t>& queued,
                   const std::map<std::string, int64_t>& skipped, int64_t rejected);
  void AppendRejected(const std::string& table, const RejectedRow& row, backlog::Transaction& transaction);
  void AppendPassEnd(const std::string& table, const v1::TableCheckpoint& checkpoint, backlog::Transaction& transaction);
  void ShowPosition(const std::string& table);
  void ShowGaps(const std::string& table);

  async::Task<void> Pause(absl::Duration duration);
  async::Task<void> Degrade(const absl::Status& error, int attempt);
  absl::Duration PageDeadline() const;
  int64_t QueuedBytes() const;

  World& world_;
  const v1::Definition& definition_;
  Source& source_;
  Destination& destination_;
  RunFence& fence_;
  RunState& state_;
  backlog::WorkflowTopics topics_;
  Pulse pulse_;
  async::Notifier stop_wish_;
  bool stopping_ = false;

  std::unique_ptr<backlog::TransactionalProducer> producer_;
  std::unique_ptr<Checkpoints> checkpoints_;
  // What the committed transactions say; a transaction works on a copy that takes its place once it is committed.
  v1::QueuedCheckpoint queued_;
  v1::QueuedCheckpoint queued_next_;
};

}  // namespace causeway::engine
