// Reader: the read loop of a workflow. Reads pages from the Source and queues them; one transaction holds a page and the
// checkpoint that goes with it, under a transactional id that only one living reader can have (design.md "Read side").
//
// Life: construct for one run; Run until it returns; Stop makes it return soon. Loop's thread only.
//
// What happens when a call fails or the process dies:
//   reading a page      nothing was queued; the table is read again after a pause, for ever (Degraded), unless the error ends the
//                       run; the other tables go on meanwhile
//   the transaction     refused or not reached: nothing landed, tried again with the same page. Outcome unknown or fenced: the
//                       id is opened anew, which decides it, and the checkpoint tells where to go on
//   another address     is settled before anything else is done (reader_targets.cc); while it can't be, nothing is read or written
//   a crash             before the commit: the page is read again; after it: the checkpoint is behind the page. A page too large for
//                       one transaction is queued in several, the last of which moves the position: its rows may be queued twice,
//                       which is one version twice, and writes nothing twice
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "causeway/v1/control.pb.h"
#include "common/async/notifier.h"
#include "common/engine/checkpoints.h"
#include "common/engine/deletions.h"
#include "common/engine/destination.h"
#include "common/engine/pulse.h"
#include "common/engine/run_fence.h"
#include "common/engine/run_state.h"
#include "common/engine/source.h"
#include "common/engine/targets.h"
#include "common/engine/world.h"

namespace causeway::engine {

class Reader {
 public:
  // References outlive the Reader.
  Reader(World& world, const v1::Definition& definition, Source& source, Destination& destination, Targets& targets, RunFence& fence,
         RunState& state);
  // What it has shown of itself ends with it: another replica reads then.
  ~Reader();

  // OK after Stop; otherwise the error that ends the run.
  async::Task<absl::Status> Run();
  void Stop();

  const Pulse& pulse() const { return pulse_; }

 private:
  // How reading a table goes; nothing of it is durable.
  struct Turn {
    async::Instant next;    // When it is asked again.
    int failures = 0;       // In a row.
    int64_t highest_change = 0;  // Version in the present round of changes.
  };
  // How much of a page is in transactions.
  struct PageCursor {
    size_t records = 0;
    size_t rejected = 0;
  };

  // reader.cc: the loop.
  async::Task<absl::Status> RunFenced();
  async::Task<absl::Status> RestoreCheckpoints();
  async::Task<absl::Status> LookAtCheckpoints();
  async::Task<absl::Status> CheckTails();
  async::Task<absl::Status> CheckTailOf(int32_t partition);
  async::Task<void> AwaitLandings();
  async::Task<absl::Status> WaitForRoom();
  async::Task<absl::Status> Step(const std::string& table);
  async::Task<absl::Status> UsePage(const std::string& table, Page page);
  std::string ReasonToStartOver(const std::string& table) const;
  void BeginPass(const std::string& table, v1::TableCheckpoint& checkpoint) const;
  async::Task<absl::Status> StartOver(const std::string& table, errors::Detail why);
  async::Task<absl::Status> StartOverRestored(const std::string& table, int64_t version);
  async::Task<absl::Status> Commit(const std::string& table, v1::TableCheckpoint checkpoint, backlog::Transaction transaction);
  void ReadWell(const std::string& table, const std::optional<errors::Detail>& notice);
  void PutOff(const std::string& table, const absl::Status& error);
  bool AwaitsWriters() const;
  async::Instant NextTurn() const;
  async::Task<void> Pause(absl::Duration duration);
  async::Task<void> PauseUntil(async::Instant until);
  async::Task<void> Degrade(const absl::Status& error, int attempt);
  absl::Duration PageDeadline() const;
  int64_t QueuedBytes() const;

  // reader_pages.cc: what is queued.
  async::Task<absl::Status> QueueExisting(const std::string& table);
  async::Task<absl::Status> QueuePage(const std::string& table, Page page);
  bool AppendPart(const std::string& table, v1::TableCheckpoint& checkpoint, Page& page, PageCursor& cursor,
                  backlog::Transaction& transaction);
  void AppendRow(const std::string& table, const v1::TableCheckpoint& checkpoint, SourceRecord row,
                 backlog::Transaction& transaction);
  void AppendRejected(const std::string& table, v1::TableCheckpoint& checkpoint, RejectedRow row,
                      backlog::Transaction& transaction);
  void AppendSeen(const std::string& table, const v1::TableCheckpoint& checkpoint, const std::string& id,
                  backlog::Transaction& transaction);
  void AppendRecord(backlog::Transaction& transaction, int32_t partition, v1::QueuedRecord record);
  void BeginTransaction();
  void Count(const std::string& table, const v1::ReadTotals& rows);

  // reader_deletions.cc: what a pass did not find.
  bool Sweeps(const std::string& table) const { return destination_.uses_index() && destination_.Deletes(table); }
  bool AwaitsDeletions(const std::string& table) const;
  void EndPass(const std::string& table, v1::TableCheckpoint& checkpoint, backlog::Transaction& transaction);
  async::Task<absl::Status> ResolveDeletions(const std::string& table);
  async::Task<absl::Status> QueueSweep(const std::string& table);
  async::Task<absl::Status> HoldDeletions(const std::string& table, const PassCount& count, std::string reason);
  void ShowDeletions(const std::string& table);

  // reader_targets.cc: where the tables go.
  async::Task<absl::Status> SettleTargets();
  async::Task<absl::Status> SettleTarget(const std::string& table);
  async::Task<absl::StatusOr<bool>> IsSameTarget(const std::string& table, const v1::TableCheckpoint& checkpoint);
  async::Task<absl::Status> StartOverElsewhere(const std::string& table);
  void NameAddress(const std::string& table, v1::TableCheckpoint& checkpoint) const;

  void ShowPosition(const std::string& table);
  void ShowNotices(const std::string& table);

  World& world_;
  const v1::Definition& definition_;
  Source& source_;
  Destination& destination_;
  Targets& targets_;
  RunFence& fence_;
  RunState& state_;
  backlog::WorkflowTopics topics_;
  Pulse pulse_;
  async::Notifier stop_wish_;
  bool stopping_ = false;

  std::unique_ptr<backlog::TransactionalProducer> producer_;
  // What others commit is followed there; what this one commits may show there late, so it keeps its own below.
  std::unique_ptr<Checkpoints> checkpoints_;
  async::Instant last_look_;
  std::map<std::string, Turn> turns_;
  // What the committed transactions say; a transaction works on copies that take their places once it is committed.
  std::map<std::string, v1::TableCheckpoint> tables_;
  v1::QueuedCheckpoint queued_;
  v1::QueuedCheckpoint queued_next_;
  std::map<std::string, v1::ReadTotals> counted_next_;  // Of the transaction alone.
};

}  // namespace causeway::engine
