// KafkaLog: one partition's log as Kafka keeps it: records of open transactions hold the last stable offset back, a
// marker decides them, committed ones become readable in order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/backlog/broker.h"

namespace causeway::simulation {

// One transaction of one producer; numbers are never used twice.
using TransactionNumber = int64_t;

class KafkaLog {
 public:
  struct Chunk {
    std::vector<backlog::Message> messages;
    int64_t next_offset = 0;
  };

  explicit KafkaLog(int32_t partition) : partition_(partition) {}

  int64_t start() const { return start_; }
  // The high watermark: one past the last record or marker.
  int64_t end() const { return next_; }
  // Nothing at or above it can be read yet.
  int64_t stable() const { return open_.empty() ? next_ : first_open_; }

  int64_t Append(TransactionNumber transaction, const std::string& key, const std::optional<std::string>& value);
  void Decide(TransactionNumber transaction, bool commit);

  // Up to `max` committed records from `offset` on, read_committed.
  Chunk Read(int64_t offset, size_t max) const;

  void Trim(int64_t offset);
  // An unclean election: about the last `entries` records and markers vanish, whole transactions where they are decided, and the
  // log goes on from there.
  void LoseEnd(size_t entries);
  // Forgets records that a later committed one of the same key has made superfluous, and tombstones that an earlier
  // compaction has seen at least `tombstones_kept` (delete.retention.ms) ago.
  void Compact(async::Instant now, absl::Duration tombstones_kept);

  // Calls once, when the end or the stable offset has moved. Returns a number for Forget.
  uint64_t OnChange(std::function<void()> watcher);
  void Forget(uint64_t watcher) { watchers_.erase(watcher); }

  // Every committed, readable record, for invariants.
  void ForEachCommitted(const std::function<void(const backlog::Message&)>& visit) const;

 private:
  enum class State : uint8_t { kOpen, kCommitted, kAborted, kMarker };
  struct Entry {
    backlog::Message message;
    TransactionNumber transaction;
    State state;
    std::optional<async::Instant> forget_at = std::nullopt;  // Of a tombstone that a compaction has seen.
  };

  void Changed();
  std::deque<Entry>::const_iterator Find(int64_t offset) const;

  int32_t partition_;
  int64_t start_ = 0;
  int64_t next_ = 0;
  std::deque<Entry> entries_;
  // Number of records of each open transaction.
  std::map<TransactionNumber, int64_t> open_;
  int64_t first_open_ = 0;
  std::map<uint64_t, std::function<void()>> watchers_;
  uint64_t last_watcher_ = 0;
};

}  // namespace causeway::simulation
