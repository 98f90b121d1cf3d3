// Index: what was written of each record, for the partitions that this replica owns (design.md "Writing to Campaign").
//
// The truth is the compacted index topic; the local Store is its materialised copy, and what was put and is not committed yet
// lies over it. Life of a partition: Restore when it is taken over; Get and Put while it is owned; TakeChanges into a
// transaction, then Committed or PutBack; Drop when it is given up. Loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
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

  // Brings the local copy up to the end of the topic. `turn` is called between batches.
  async::Task<absl::Status> Restore(int32_t partition, absl::FunctionRef<void()> turn);

  absl::StatusOr<Entry> Get(int32_t partition, const std::string& key) const;
  void Put(int32_t partition, const std::string& key, Entry entry);

  // The changes since the last take, as messages of a transaction; they stay visible to Get.
  std::vector<backlog::OutgoingMessage> TakeChanges();
  // The transaction that carried them was committed at these offsets.
  absl::Status Committed(const std::vector<backlog::OutgoingMessage>& changes, const std::vector<int64_t>& offsets);
  // It was not: they are to be taken again, unless newer ones came.
  void PutBack(const std::vector<backlog::OutgoingMessage>& changes);
  bool HasChanges() const { return !changed_.empty(); }

  // Committed entries whose key begins with `prefix`; `visit` returns false to end.
  absl::Status Scan(int32_t partition, const std::string& prefix,
                    absl::FunctionRef<bool(const std::string& key, const v1::IndexEntry& entry)> visit) const;

  // Forgets what was not committed.
  void Drop(int32_t partition);

 private:
  struct Pending {
    Entry entry;
    bool changed = true;  // Since it was last taken.
  };
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

  World& world_;
  backlog::WorkflowTopics topics_;
  std::map<Key, Pending> pending_;
  std::vector<Key> changed_;
};

}  // namespace causeway::engine
