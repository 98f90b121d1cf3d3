// PartitionProgress: which of a partition's records are admitted, dispatched and finished; the contiguous finished prefix,
// the window, and the detection of gaps. And the books: what became of each row, counted when the prefix passes it, so that
// prefix() and totals() say the same of the same records. Pure.
//
// Life: construct at the committed position when a partition is taken over; Admit each fetched record in order; Finish each
// once, in any order; Committed after each transaction that carried prefix() and totals().
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "causeway/v1/record.pb.h"

namespace causeway::backlog {

// What became of a queued record.
enum class Fate {
  kNoRow,  // It was none: a mark in the queue, which isn't counted.
  kWritten,
  kUnchanged,
  kSkipped,
  kDead,
};

class PartitionProgress {
 public:
  using Totals = std::map<std::string, v1::WriteTotals>;  // By source table.

  struct Position {
    int64_t offset = 0;   // Kafka offset of the next record.
    int64_t ordinal = 0;  // Of the last record before it.
    int64_t bytes = 0;    // Of all records before it.
    bool operator==(const Position&) const = default;
  };

  // `uncertain_until`: the furthest ordinal that a dead owner may have dispatched; 0 after a clean takeover. `totals`: what was
  // committed with the position.
  PartitionProgress(int32_t partition, Position start, int64_t window, int64_t uncertain_until, Totals totals = {});

  // The next fetched record. Its ordinal must follow the last one: CW-LOG-GAP otherwise, with both ordinals. Records below
  // the start (none is expected) are a gap too.
  absl::Status Admit(int64_t offset, int64_t ordinal, int64_t bytes, absl::Time queued_time);
  // `reason`: why it is skipped.
  void Finish(int64_t ordinal, Fate fate = Fate::kNoRow, const std::string& table = "", const std::string& reason = "");
  // A record was deleted that no row of the queue stands for.
  void CountSwept(const std::string& table) { totals_[table].set_swept(totals_[table].swept() + 1); }

  // Whether a record may be dispatched: no further than the window beyond the committed position, or than a dead owner before, so
  // that after this process' death a new owner knows how far to look (OpenWindow).
  // And none before all that a dead owner may have dispatched is admitted: of a key's versions only the last one is then written,
  // which can't be older than what the owner wrote.
  bool MayDispatch(int64_t ordinal) const {
    return !Holding() && ordinal <= std::max(committed_.ordinal + window_, uncertain_until_);
  }
  bool Holding() const { return !hold_released_ && admitted() < uncertain_until_; }
  // For when holding would take too much memory, or would never end.
  void ReleaseHold() { hold_released_ = true; }
  // How many more records may be admitted: what can't be dispatched needn't be in memory.
  int64_t Room() const;

  // Whether a dead owner may have dispatched it.
  bool Uncertain(int64_t ordinal) const { return ordinal <= uncertain_until_; }

  // Whether records that a dead owner may have dispatched are unfinished still.
  bool UncertainAhead() const { return prefix_.ordinal < uncertain_until_; }
  // How many records beyond the prefix this owner, or the dead one before it, may have dispatched.
  int64_t OpenWindow() const { return std::max(window_, uncertain_until_ - prefix_.ordinal); }

  // The contiguous finished prefix, and whether it is ahead of the committed position.
  Position prefix() const { return prefix_; }
  // What became of all rows of the prefix.
  const Totals& totals() const { return totals_; }
  bool dirty() const { return prefix_.ordinal != committed_.ordinal; }
  void Committed(const Position& position) { committed_ = position; }
  Position committed() const { return committed_; }

  // No record after the last one admitted has a lower offset.
  int64_t next_offset() const { return pending_.empty() ? prefix_.offset : pending_.back().offset + 1; }
  // Ordinal of the last record admitted.
  int64_t admitted() const { return prefix_.ordinal + static_cast<int64_t>(pending_.size()); }
  bool idle() const { return pending_.empty(); }
  // When the oldest unfinished record was queued; InfiniteFuture when there is none.
  absl::Time OldestQueued() const;

 private:
  struct Record {
    int64_t offset;
    int64_t bytes;
    absl::Time queued_time;
    bool finished = false;
  };
  struct Row {
    Fate fate;
    std::string table;
    std::string reason;
  };

  void Count(const Row& row);

  int32_t partition_;
  int64_t window_;
  int64_t uncertain_until_;
  bool hold_released_ = false;
  Position committed_;
  Position prefix_;
  std::deque<Record> pending_;  // Ordinals prefix_.ordinal + 1, + 2, …
  std::map<int64_t, Row> finished_rows_;  // Beyond the prefix, by ordinal.
  Totals totals_;
};

}  // namespace causeway::backlog
