// RocksStore: a Store in a directory of this machine, on RocksDB, with bounded memory whatever it holds.
//
// Life: Open takes the directory for itself (one process at a time) and makes it if it isn't there; destroying it keeps
// everything. What can't be read is wiped, at Open: the store is a copy, and Kafka holds the original. Errors of Get,
// Scan and Write that come from damaged files (DATA_LOSS) make the next Open wipe, so that starting the process again
// mends it.
//
// Memory: about kMemoryBytes, and a few MiB of RocksDB's own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/store/store.h"

namespace rocksdb {
class DB;
class Status;
}  // namespace rocksdb

namespace causeway::store {

class RocksStore final : public Store {
 public:
  static constexpr size_t kBlockCacheBytes = 24 << 20;
  static constexpr size_t kWriteBufferBytes = 8 << 20;
  // One buffer is filled while the other is written to disk.
  static constexpr size_t kMemoryBytes = kBlockCacheBytes + 2 * kWriteBufferBytes;

  // UNAVAILABLE when the directory can't be made or used, or another process has it; RESOURCE_EXHAUSTED when the disk is full.
  static absl::StatusOr<std::unique_ptr<RocksStore>> Open(const std::string& directory);
  ~RocksStore() override;

  struct Size {
    int64_t bytes = 0;    // On disk, and of what is to be written there.
    int64_t entries = 0;  // About.
  };
  Size size() const;

  // Why Open wiped what it found, to be logged; empty when it didn't.
  const std::string& wiped_because() const { return wiped_because_; }

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  absl::Status Write(const Batch& batch) override;
  absl::Status Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const override;
  absl::Status DeletePrefix(absl::string_view prefix) override;

 private:
  RocksStore(std::string directory, std::unique_ptr<rocksdb::DB> db, std::string wiped_because);
  absl::Status Translate(const rocksdb::Status& status) const;

  const std::string directory_;
  const std::unique_ptr<rocksdb::DB> db_;
  const std::string wiped_because_;
};

}  // namespace causeway::store
