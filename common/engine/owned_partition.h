// OwnedPartition: what a writer holds of one partition of the backlog between taking it over and giving it up.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "causeway/v1/record.pb.h"
#include "common/async/notifier.h"
#include "common/async/scope.h"
#include "common/backlog/lanes.h"
#include "common/backlog/partition_progress.h"
#include "common/engine/failing_record.h"
#include "common/engine/pulse.h"

namespace causeway::engine {

// A sweep under way (KIND_SWEEP): its deletions go through the lanes like records, and it is finished when they are.
struct Sweeping {
  int outstanding = 0;
};

// A queued record on its way to the destination.
struct QueuedItem {
  // What a sweep deletes bears the sweep's ordinal.
  std::unique_ptr<v1::QueuedRecord> record;
  std::shared_ptr<Sweeping> sweep;  // Set for what it deletes.
  // A mark that a later pass has seen the row (KIND_SEEN), which came while this version waited or was in flight.
  std::unique_ptr<v1::QueuedRecord> seen;
  // Nobody knows whether an earlier attempt, or a dead owner, has written this key.
  bool uncertain = false;
  int attempts = 0;
  int unanswered = 0;  // Attempts that ended without saying what they did.
  FailingRecord failing;

  bool IsMark() const { return record->kind() == v1::QueuedRecord::KIND_SEEN; }
};

// What goes into the transaction that carries the offset past the record of that ordinal. Earlier, a takeover would do it a second
// time; later, a crash could lose it.
struct OutcomesOfRecords {
  std::map<int64_t, backlog::OutgoingMessage> dead_letters;  // Serialised DeadLetterRecords.
  struct Counted {
    std::string table;
    v1::GoneCheckpoint gone;
  };
  std::map<int64_t, Counted> counted;  // Of ends of passes.
  // Dead letters of what sweeps delete, in their order. They go with the next transaction, for the index changes that keep a repeated
  // sweep from refusing them again are in it too: a sweep of any size holds few.
  std::vector<backlog::OutgoingMessage> swept;

  void EraseUntil(int64_t ordinal, size_t sent_of_sweeps) {
    swept.erase(swept.begin(), swept.begin() + static_cast<std::ptrdiff_t>(std::min(sent_of_sweeps, swept.size())));
    dead_letters.erase(dead_letters.begin(), dead_letters.upper_bound(ordinal));
    counted.erase(counted.begin(), counted.upper_bound(ordinal));
  }
};

struct OwnedPartition {
  OwnedPartition(async::Loop& loop, int32_t id, backlog::PartitionProgress progress, absl::Duration request_deadline)
      : id(id), progress(std::move(progress)), request_deadline(request_deadline), changed(loop), tasks(loop) {}

  const int32_t id;
  backlog::PartitionProgress progress;
  // How long after it was sent a request for one of its records may still take effect, whoever sent it: an earlier owner may have
  // run with a longer deadline than this one.
  absl::Duration request_deadline;
  // Up to which ordinal the log is known to hold what was queued.
  int64_t held = 0;
  // Whether the index of the generation before was looked for, as it is when what the destination holds is listed, and is there.
  bool looked_for_index_before = false;
  bool has_index_before = false;
  backlog::Lanes<QueuedItem> lanes;
  // Ordinals of unfinished records that an attempt without an answer may have written.
  std::set<int64_t> doubtful;
  int64_t buffered_bytes = 0;  // Of admitted, unfinished records.

  OutcomesOfRecords outcomes;

  // Whether a next owner can create what it doesn't know without looking it up.
  bool CanReleaseClean() const { return doubtful.empty() && !progress.UncertainAhead(); }

  // It is being given up: nothing is admitted or dispatched any more.
  bool closing = false;
  // Its fetch loop.
  Pulse pulse;
  // Something was finished or committed.
  async::Notifier changed;
  // Last, so that its tasks die before what they refer to.
  async::Scope tasks;
};

using OwnedPartitions = std::map<int32_t, std::unique_ptr<OwnedPartition>>;

}  // namespace causeway::engine
