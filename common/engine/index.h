// Index: what was written of each record, for the partitions that this replica owns (design.md "Writing to Campaign").
//
// The truth is the compacted index topic; the local Store is its materialised copy, and what was put and is not in the copy yet
// lies over it. Life of a partition: Restore when it is taken over; Get and Put while it is owned; TakeChanges into a
// transaction, then Committed or PutBack; Drop when it is given up. Loop's thread only.
//
// When the store fails (CW-STO-FULL, CW-STO-FAILED): what is committed stays in memory, and the copy lags behind the topic, at the
// position that it says, until the next Restore. Whoever sees such an error gives the partitions up and begins anew.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "causeway/v1/record.pb.h"
#include "common/async/task.h"
#include "common/backlog/topics.h"
#include "common/engine/world.h"

namespace causeway::engine {

class Index {
 public:
  using Entry = std::optional<v1::IndexEntry>;  // nullopt: nothing is known of the key.

  Index(World& world, const backlog::WorkflowTopics& topics);

  // Whether the store takes a change at present: asked before partitions are taken over.
  absl::Status CheckStore();

  // Brings the local copy up to the end of the topic. `turn` is called between batches. Errors without a code are the broker's.
  async::Task<absl::Status> Restore(int32_t partition, absl::FunctionRef<void()> turn);

  absl::StatusOr<Entry> Get(int32_t partition, const std::string& key) const;
  void Put(int32_t partition, const std::string& key, Entry entry);

  // The changes since the last take, as messages of a transaction; they stay visible to Get.
  std::vector<backlog::OutgoingMessage> TakeChanges();
  // The transaction that carried them was committed at these offsets. An error is the store's: they are not lost.
  absl::Status Committed(const std::vector<backlog::OutgoingMessage>& changes, const std::vector<int64_t>& offsets);
  // It was not: they are to be taken again, unless newer ones came.
  void PutBack(const std::vector<backlog::OutgoingMessage>& changes);
  bool HasChanges() const { return !changed_.empty(); }

  // Visits a portion of the entries whose key begins with `prefix`, in no order: about `most` of those behind `after`, which is
  // empty at first, then what the portion before returned; nullopt: that was all. So a table of any size is gone through in bounded
  // time and memory; what changes meanwhile is seen as it is at its portion's time. `visit` changes nothing.
  absl::StatusOr<std::optional<std::string>> Scan(
      int32_t partition, const std::string& prefix, const std::string& after, size_t most,
      absl::FunctionRef<void(const std::string& key, const v1::IndexEntry& entry)> visit) const;

  // Forgets what the copy does not hold; a copy that lags behind is brought up by the next Restore.
  void Drop(int32_t partition);

 private:
  struct Pending {
    Entry entry;
    bool changed = true;  // Since it was last taken.
  };
  using PendingEntries = std::map<std::pair<int32_t, std::string>, Pending>;
  using Key = std::pair<int32_t, std::string>;
  // What the local copy holds: everything below `next_offset`, as the topic was at `as_of`.
  struct Position {
    int64_t next_offset = backlog::kLogStart;
    absl::Time as_of;
  };

  std::string PartitionPrefix(int32_t partition) const;
  std::string EntryKey(int32_t partition, absl::string_view key) const;
  std::string OffsetKey(int32_t partition) const;
  absl::StatusOr<Position> RestoreFrom(int32_t partition) const;
  void StorePosition(int32_t partition, const Position& position, store::Batch& batch) const;
  absl::Status Damaged(int32_t partition) const;

  World& world_;
  backlog::WorkflowTopics topics_;
  PendingEntries pending_;
  std::vector<Key> changed_;
  std::set<int32_t> lagging_;  // Partitions whose copy lacks something committed.
};

}  // namespace causeway::engine
