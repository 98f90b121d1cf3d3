#include "common/store/rocks_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::store {
namespace {

namespace fs = std::filesystem;

// Its presence makes the next Open wipe.
constexpr char kDamagedMarker[] = "DAMAGED";

rocksdb::Slice SliceOf(absl::string_view text) { return rocksdb::Slice(text.data(), text.size()); }
absl::string_view ViewOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::BlockBasedTableOptions TableOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(RocksStore::kBlockCacheBytes);
  // Ten bits a key spare 99 of 100 look-ups of an absent key the disk.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // Indexes and filters grow with the data: they count in the cache, cut into parts of which only those in use are
  // held.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  return table;
}

rocksdb::Options StoreOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptions()));
  options.write_buffer_size = RocksStore::kWriteBufferBytes;
  options.max_write_buffer_number = 2;
  options.target_file_size_base = 16 << 20;
  options.max_bytes_for_level_base = 64 << 20;
  options.compression = rocksdb::kLZ4Compression;
  options.max_background_jobs = 2;
  options.max_open_files = 256;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1 << 20;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

// Without a write-ahead log a Write costs no disk access, and a crash loses the last ones, which Kafka has. What is
// left is still the work of the first n Writes (store.h): a Write goes into one memtable as a whole, all keys are in
// one column family, and memtables reach the disk in the order in which they were filled. With several column families
// that would take atomic_flush. Closing the store flushes the memtable.
rocksdb::WriteOptions NoLog() {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return options;
}

// The least key that is greater than all that begin with `prefix`; empty when there is none.
std::string EndOf(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

// One that isn't about what the files hold.
absl::Status Passing(const rocksdb::Status& status) {
  const std::string what = absl::StrCat("local store: ", status.ToString());
  return status.IsNoSpace() ? absl::ResourceExhaustedError(what) : absl::UnavailableError(what);
}

absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenOnce(const std::string& directory) {
  if (fs::exists(fs::path(directory) / kDamagedMarker))
    return absl::DataLossError("damage was found while it was in use");
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(StoreOptions(), directory, &db);
  if (status.ok()) return std::unique_ptr<rocksdb::DB>(db);
  // Another version's files are as unreadable as damaged ones.
  if (status.IsCorruption() || status.IsNotSupported() || status.IsInvalidArgument())
    return absl::DataLossError(status.ToString());
  return Passing(status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksStore>> RocksStore::Open(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return absl::UnavailableError(absl::StrCat("local store: can't make ", directory, ": ", error.message()));
  auto db = OpenOnce(directory);
  std::string wiped_because;
  if (absl::IsDataLoss(db.status())) {
    wiped_because = std::string(db.status().message());
    // What is in the directory, not the directory: it may be where a volume is mounted.
    for (const auto& entry : fs::directory_iterator(directory, error)) fs::remove_all(entry.path(), error);
    db = OpenOnce(directory);
  }
  if (absl::IsDataLoss(db.status())) return absl::UnavailableError(db.status().message());
  if (!db.ok()) return db.status();
  return std::unique_ptr<RocksStore>(new RocksStore(directory, *std::move(db), std::move(wiped_because)));
}

RocksStore::RocksStore(std::string directory, std::unique_ptr<rocksdb::DB> db, std::string wiped_because)
    : directory_(std::move(directory)), db_(std::move(db)), wiped_because_(std::move(wiped_because)) {}

RocksStore::~RocksStore() { (void)db_->Close(); }

RocksStore::Size RocksStore::size() const {
  using Properties = rocksdb::DB::Properties;
  uint64_t files = 0, buffers = 0, entries = 0;
  db_->GetIntProperty(Properties::kLiveSstFilesSize, &files);
  db_->GetIntProperty(Properties::kCurSizeAllMemTables, &buffers);
  db_->GetIntProperty(Properties::kEstimateNumKeys, &entries);
  return {static_cast<int64_t>(files + buffers), static_cast<int64_t>(entries)};
}

absl::Status RocksStore::Translate(const rocksdb::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  if (!status.IsCorruption()) return Passing(status);
  std::ofstream(fs::path(directory_) / kDamagedMarker) << status.ToString() << "\n";
  return absl::DataLossError(absl::StrCat("local store: ", status.ToString()));
}

absl::StatusOr<std::optional<std::string>> RocksStore::Get(absl::string_view key) const {
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), SliceOf(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return Translate(status);
  return std::optional<std::string>(std::move(value));
}

absl::Status RocksStore::Write(const Batch& batch) {
  rocksdb::WriteBatch writes;
  for (const Batch::Change& change : batch.changes()) {
    const rocksdb::Status added =
        change.value.has_value() ? writes.Put(change.key, *change.value) : writes.Delete(change.key);
    if (!added.ok()) return Translate(added);
  }
  rocksdb::Status written = db_->Write(NoLog(), &writes);
  // A buffer that found no room stops all writes until RocksDB is told to try again.
  if (written.IsNoSpace() && db_->Resume().ok()) written = db_->Write(NoLog(), &writes);
  return Translate(written);
}

absl::Status RocksStore::Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const {
  const std::string end = EndOf(prefix);
  const rocksdb::Slice upper_bound(end);
  rocksdb::ReadOptions options;
  options.fill_cache = false;  // Once through everything would drive out what is looked up.
  if (!end.empty()) options.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> entry(db_->NewIterator(options));
  entry->Seek(SliceOf(std::max(prefix, after)));
  if (entry->Valid() && !after.empty() && ViewOf(entry->key()) == after) entry->Next();
  for (; entry->Valid(); entry->Next()) {
    if (!visit(ViewOf(entry->key()), ViewOf(entry->value()))) break;
  }
  return Translate(entry->status());
}

absl::Status RocksStore::DeletePrefix(absl::string_view prefix) {
  bool empty = true;
  absl::Status scanned = Scan(prefix, "", [&empty](absl::string_view, absl::string_view) { return empty = false; });
  // A deleted range costs every later look-up a little.
  if (!scanned.ok() || empty) return scanned;
  std::string end = EndOf(prefix);
  if (end.empty()) {
    const std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator(rocksdb::ReadOptions()));
    last->SeekToLast();
    if (!last->Valid()) return Translate(last->status());
    end = last->key().ToString() + '\0';
  }
  return Translate(db_->DeleteRange(NoLog(), db_->DefaultColumnFamily(), SliceOf(prefix), end));
}

}  // namespace causeway::store
