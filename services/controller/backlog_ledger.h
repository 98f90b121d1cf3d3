// BacklogLedger: the exact backlog of every workflow (W1, W10), its books, and the deletions that wait for a person's
// word, computed from the checkpoints that readers and writers leave in causeway.checkpoints (record.proto). Pure.
//
// Backlog = Σ over partitions of (last ordinal queued − last ordinal finished), so it is true for a stopped workflow
// and after any restart. Rates and ages come from what was seen since this object began to watch.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "causeway/v1/record.pb.h"
#include "causeway/v1/workflow_service.pb.h"
#include "common/async/loop.h"

namespace causeway::controller {

class BacklogLedger {
 public:
  // A record of causeway.checkpoints; what isn't about the backlog, or can't be read, is passed over. A tombstone has
  // no value.
  void Apply(absl::string_view key, const std::optional<std::string>& value);

  // Everything has been applied that was in the topic at `as_of`.
  void Observe(async::Instant now, absl::Time as_of);

  // `prefix`: "{instance}/{workflow}/". `oldest_reported`: when the oldest record was queued that a replica holds
  // unfinished, if one said so.
  v1::Backlog BacklogOf(absl::string_view prefix, absl::Time wall_time,
                        std::optional<absl::Time> oldest_reported) const;

  // Rows that the last pass over a source table read; 0: none was read.
  int64_t RowsOf(absl::string_view prefix, const std::string& table) const;

  // The latest run that the checkpoints know of; 0: none.
  int64_t RunOf(absl::string_view prefix) const;

  // What passes did not find and what nobody has confirmed yet, by source table.
  std::map<std::string, v1::HeldDeletions> HeldOf(absl::string_view prefix) const;

  // The books, by table.
  std::vector<v1::TableTotals> TotalsOf(absl::string_view prefix) const;

  // The first record not finished of a partition with a backlog whose age isn't known: who wants to know reads it.
  struct Unknown {
    int32_t partition = 0;
    int64_t ordinal = 0;
    std::optional<int64_t> offset;  // Nothing: the topic's first one.
  };
  std::vector<Unknown> UnknownAges(absl::string_view prefix) const;
  void Learn(absl::string_view prefix, int32_t partition, int64_t ordinal, absl::Time queued);

 private:
  struct Dated {
    int64_t ordinal = 0;
    absl::Time time;
  };
  struct Partition {
    int64_t queued = 0;
    int64_t queued_bytes = 0;
    int64_t finished = 0;
    int64_t finished_bytes = 0;
    std::optional<int64_t> offset;  // Of the next record to write.
    std::map<std::string, v1::WriteTotals> totals;  // By table.
    // The records up to each ordinal, and behind the entry before, were queued at its time. Ascending, bounded.
    std::deque<Dated> history;
    // The least distance in time between entries, so that those of a long history are evenly far apart.
    absl::Duration spacing;
    // The last ordinal that `history` doesn't date: it was queued before this object began to watch.
    std::optional<int64_t> undated;
    // Read from the queue: when that one of the undated records was queued.
    std::optional<Dated> learned;
  };
  struct Sample {
    async::Instant time;
    int64_t queued = 0;
    int64_t finished = 0;
  };
  struct SourceTable {
    int64_t rows = 0;
    std::optional<v1::HeldDeletions> held;
    int64_t confirmed_pass = 0;
  };
  struct Workflow {
    std::map<int32_t, Partition> partitions;
    std::deque<Sample> samples;
    std::map<std::string, SourceTable> tables;
    std::map<std::string, v1::ReadTotals> read;  // By table.
    int64_t run = 0;
  };

  static void Note(const v1::TableCheckpoint& checkpoint, SourceTable& table);
  static void Queue(const v1::QueuedCheckpoint& checkpoint, Workflow& workflow);
  static void Date(const Dated& queued, Partition& partition);
  static void Finish(int32_t number, const v1::FinishedCheckpoint& checkpoint, Workflow& workflow);
  static std::optional<absl::Time> OldestQueued(const Partition& partition);
  static void AddRates(const Workflow& workflow, v1::Backlog& backlog);

  std::map<std::string, Workflow, std::less<>> workflows_;
  std::optional<absl::Time> observed_;
};

}  // namespace causeway::controller
