// Dispatcher: sends admitted records to the Destination and deals with what becomes of them. As many at once as the
// destination bears, one version of a key at a time, none beyond the window.
//
//   written, unchanged, skipped   finished; the index remembers it
//   refused for good (record)     finished as a dead letter
//   transient                     waits for its turn again, after a pause, and if it got no answer in a smaller batch; everything is
//                                 slowed while the destination suffers
//   the same record again and     a dead letter too, when others of its table are written meanwhile and the destination says that such
//   again (FailingRecord)         answers are about one record
//   error of the workflow         the run fails; the record stays queued
//   crash before or during a call nothing is committed: the record is delivered again, to an owner that knows it is uncertain
//
// Life: construct; Run beside the loops that admit records; when they have ended, Drain; destroy. Loop's thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "causeway/v1/control.pb.h"
#include "common/async/notifier.h"
#include "common/async/scope.h"
#include "common/engine/committer.h"
#include "common/engine/dead_letter_share.h"
#include "common/engine/destination.h"
#include "common/engine/index.h"
#include "common/engine/owned_partition.h"
#include "common/engine/pulse.h"
#include "common/engine/run_state.h"
#include "common/engine/targets.h"
#include "common/engine/world.h"

namespace causeway::engine {

class Dispatcher {
 public:
  // `on_failure` is called once, with the error that ends the run.
  Dispatcher(World& world, const v1::Definition& definition, Destination& destination, const Targets& targets, OwnedPartitions& partitions,
             Index& index, Committer& committer, RunState& state, std::function<void(absl::Status)> on_failure);
  ~Dispatcher();

  // A record that the partition admitted, or one that a sweep deletes.
  void Push(OwnedPartition& partition, const std::string& key, QueuedItem item);
  // A record that is no row and needs no destination, or needs none any more.
  void Finish(OwnedPartition& partition, const v1::QueuedRecord& record);

  // Starts writes whenever there is something to start, until the Dispatcher is destroyed.
  async::Task<void> Run();
  // Waits until nothing is in flight; nothing is started for partitions that are closing. At the deadline what still flies is
  // dropped: it may have been written, and stays in doubt for the next owner.
  async::Task<void> Drain(async::Instant deadline);

  int in_flight() const { return in_flight_; }
  int concurrency() const { return destination_.concurrency(); }
  bool Alive(async::Instant now) const;

 private:
  // A batch under way.
  struct Flight {
    struct Leg {
      OwnedPartition* partition;
      backlog::Lanes<QueuedItem>::Lane* lane;
      QueuedItem item;
    };
    std::vector<Leg> legs;
  };
  class FlightRight;

  size_t LargestBatchWith(const QueuedItem& item) const;
  bool CollectBatch(Flight& flight);
  async::Task<void> Fly(Flight flight);
  bool Prepare(Flight::Leg& leg, Write& write);
  void Land(Flight::Leg& leg, Write& write);
  void Written(Flight::Leg& leg, Write& write);
  void Refused(Flight::Leg& leg, const errors::Detail& why);
  void RememberRefused(const Flight::Leg& leg);
  void RememberSeen(const Flight::Leg& leg, const v1::QueuedRecord& seen);
  void RememberDoubt(const Flight::Leg& leg);
  std::optional<errors::Detail> GivenUp(Flight::Leg& leg, const Write& write);
  void Postponed(Flight::Leg& leg, const errors::Detail& why);
  async::Task<void> TryAgainLater(Flight::Leg leg, absl::Duration delay);
  void Doubt(OwnedPartition& partition, QueuedItem& item);
  bool Absorb(OwnedPartition& partition, QueuedItem& version, QueuedItem& mark);
  void Supersede(OwnedPartition& partition, QueuedItem older, QueuedItem& newer);
  // `reason`: why it is skipped (skip_reasons.h).
  void End(Flight::Leg& leg, backlog::Fate fate, const char* reason = "");
  void Complete(OwnedPartition& partition, const QueuedItem& item, backlog::Fate fate, const char* reason = "");
  void Fail(absl::Status error);
  void RecoverIfQuiet();
  void CountPause();
  // How long a flight may go without a sign: a few requests' time.
  absl::Duration Patience() const { return 3 * destination_.request_deadline() + absl::Seconds(60); }
  // A clock that stands still while the destination has asked for a pause, and while flights wait in line for others that go on.
  async::Instant ActiveTime(async::Instant now) const { return now - time_paused_; }

  World& world_;
  const v1::Definition& definition_;
  Destination& destination_;
  const Targets& targets_;
  OwnedPartitions& partitions_;
  Index& index_;
  Committer& committer_;
  RunState& state_;
  backlog::WorkflowTopics topics_;
  std::function<void(absl::Status)> on_failure_;

  DeadLetterShare dead_letter_share_;
  int in_flight_ = 0;
  std::multiset<std::pair<OwnedPartition*, int64_t>> flying_;  // Partition and ordinal; a sweep's deletions share one.
  std::map<std::string, int64_t> taken_;  // By table: how often the destination has taken a record.
  int32_t next_partition_ = 0;  // Whose turn it is.
  async::Instant paused_until_;
  async::Instant last_trouble_;
  int troubles_ = 0;              // Batches in a row.
  bool trouble_counted_ = false;  // Of the batch that lands.
  bool failed_ = false;
  std::multiset<async::Instant> dues_;  // By when each of the flights turns again, in active time.
  absl::Duration time_paused_;
  async::Instant last_look_;
  async::Instant last_progress_;  // Of any flight.
  async::Notifier work_;
  async::Notifier landed_;
  async::Scope flights_;
};

}  // namespace causeway::engine
