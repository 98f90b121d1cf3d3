#include "common/engine/index.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"

namespace causeway::engine {
namespace {

// Tombstones leave the topic after delete.retention.ms (backlog/topics.cc, seven days): a copy that is older could keep what
// was deleted, so it is made anew.
constexpr absl::Duration kTrustCopyFor = absl::Hours(24 * 3);

absl::Status OfStore(const absl::Status& status) {
  if (status.ok()) return status;
  if (absl::IsResourceExhausted(status)) {
    return errors::Make(errors::kStoreFull, absl::StrCat("There is no room for the copy of the index: ", status.message()));
  }
  return errors::Make(errors::kStoreFailed, absl::StrCat("The copy of the index can't be used: ", status.message()));
}

}  // namespace

Index::Index(World& world, const backlog::WorkflowTopics& topics) : world_(world), topics_(topics) {}

std::string Index::PartitionPrefix(int32_t partition) const {
  return absl::StrCat(topics_.checkpoint_prefix(), partition, "/");
}
std::string Index::EntryKey(int32_t partition, absl::string_view key) const {
  return absl::StrCat(PartitionPrefix(partition), "k/", key);
}
std::string Index::OffsetKey(int32_t partition) const { return PartitionPrefix(partition) + "offset"; }

// The copy's own position: "{next offset} {unix seconds}".
absl::StatusOr<Index::Position> Index::RestoreFrom(int32_t partition) const {
  const absl::Time now = world_.loop.WallTime();
  const Position anew{backlog::kLogStart, now};
  auto stored = world_.store.Get(OffsetKey(partition));
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return anew;
  const std::vector<absl::string_view> parts = absl::StrSplit(**stored, ' ');
  int64_t offset = 0, seconds = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &offset) || !absl::SimpleAtoi(parts[1], &seconds)) return anew;
  const absl::Duration age = now - absl::FromUnixSeconds(seconds);
  // A stamp in the future was made while the clock was ahead: nobody knows how old the copy is.
  if (age < absl::ZeroDuration() || age > kTrustCopyFor) return anew;
  return Position{offset, absl::FromUnixSeconds(seconds)};
}

void Index::StorePosition(int32_t partition, const Position& position, store::Batch& batch) const {
  batch.Put(OffsetKey(partition), absl::StrCat(position.next_offset, " ", absl::ToUnixSeconds(position.as_of)));
}

absl::Status Index::CheckStore() {
  store::Batch nothing;
  nothing.Delete(absl::StrCat(topics_.instance, "/", topics_.workflow, "/check"));
  return OfStore(world_.store.Write(nothing));
}

async::Task<absl::Status> Index::Restore(int32_t partition, absl::FunctionRef<void()> turn) {
  Drop(partition);
  absl::StatusOr<Position> from = RestoreFrom(partition);
  if (!from.ok()) co_return OfStore(from.status());
  std::unique_ptr<backlog::LogReader> log;
  for (;;) {
    turn();
    if (!log) {
      if (from->next_offset == backlog::kLogStart) {
        absl::Status wiped = world_.store.DeletePrefix(PartitionPrefix(partition));
        if (!wiped.ok()) co_return OfStore(wiped);
      }
      auto opened = co_await world_.broker.OpenLog(topics_.index(), partition, from->next_offset);
      if (!opened.ok()) co_return opened.status();
      log = *std::move(opened);
    }
    auto batch = co_await log->Next();
    if (absl::IsOutOfRange(batch.status()) && from->next_offset != backlog::kLogStart) {
      // The topic is another one than the copy was made of.
      *from = Position{backlog::kLogStart, world_.loop.WallTime()};
      log = nullptr;
      continue;
    }
    if (!batch.ok()) co_return batch.status();
    store::Batch writes;
    for (const backlog::Message& message : batch->messages) {
      if (message.value.has_value()) {
        writes.Put(EntryKey(partition, message.key), *message.value);
      } else {
        writes.Delete(EntryKey(partition, message.key));
      }
    }
    if (!batch->messages.empty() || batch->reached_end) {
      // Until the end is reached the copy may lack tombstones since it was whole: it grows no younger before.
      if (batch->reached_end) from->as_of = world_.loop.WallTime();
      StorePosition(partition, {batch->next_offset, from->as_of}, writes);
      absl::Status written = world_.store.Write(writes);
      if (!written.ok()) co_return OfStore(written);
    }
    if (batch->reached_end) co_return absl::OkStatus();
  }
}

absl::StatusOr<Index::Entry> Index::Get(int32_t partition, const std::string& key) const {
  if (auto found = pending_.find({partition, key}); found != pending_.end()) return found->second.entry;
  auto stored = world_.store.Get(EntryKey(partition, key));
  if (!stored.ok()) return OfStore(stored.status());
  if (!stored->has_value()) return Entry();
  v1::IndexEntry entry;
  if (!entry.ParseFromString(**stored)) return Damaged(partition);
  return Entry(std::move(entry));
}

// Without a position the next Restore makes the copy anew.
absl::Status Index::Damaged(int32_t partition) const {
  store::Batch batch;
  batch.Delete(OffsetKey(partition));
  (void)world_.store.Write(batch);  // If even that fails, the next owner meets the same entry.
  return OfStore(absl::DataLossError("it holds an entry that can't be read"));
}

void Index::Put(int32_t partition, const std::string& key, Entry entry) {
  Key id{partition, key};
  auto [found, added] = pending_.try_emplace(id);
  if (added || !found->second.changed) changed_.push_back(std::move(id));
  found->second.entry = std::move(entry);
  found->second.changed = true;
}

std::vector<backlog::OutgoingMessage> Index::TakeChanges() {
  std::vector<backlog::OutgoingMessage> messages;
  messages.reserve(changed_.size());
  for (const Key& id : changed_) {
    auto found = pending_.find(id);
    if (found == pending_.end()) continue;  // Dropped with its partition.
    Pending& pending = found->second;
    pending.changed = false;
    std::optional<std::string> value;
    if (pending.entry.has_value()) value = pending.entry->SerializeAsString();
    messages.push_back({topics_.index(), id.first, id.second, std::move(value)});
  }
  changed_.clear();
  return messages;
}

absl::Status Index::Committed(const std::vector<backlog::OutgoingMessage>& changes, const std::vector<int64_t>& offsets) {
  store::Batch writes;
  std::map<int32_t, int64_t> next_offsets;
  for (size_t i = 0; i < changes.size(); ++i) {
    const backlog::OutgoingMessage& change = changes[i];
    // A position says that the copy holds everything below it.
    if (lagging_.contains(change.partition)) continue;
    if (change.value.has_value()) {
      writes.Put(EntryKey(change.partition, change.key), *change.value);
    } else {
      writes.Delete(EntryKey(change.partition, change.key));
    }
    next_offsets[change.partition] = std::max(next_offsets[change.partition], offsets[i] + 1);
  }
  if (next_offsets.empty()) return absl::OkStatus();
  const absl::Time now = world_.loop.WallTime();
  for (const auto& [partition, next_offset] : next_offsets) StorePosition(partition, {next_offset, now}, writes);
  absl::Status written = world_.store.Write(writes);
  if (!written.ok()) {
    for (const auto& [partition, next_offset] : next_offsets) lagging_.insert(partition);
    return OfStore(written);
  }
  for (const backlog::OutgoingMessage& change : changes) {
    auto found = pending_.find({change.partition, change.key});
    const bool held = found != pending_.end() && !found->second.changed && !lagging_.contains(change.partition);
    if (held) pending_.erase(found);
  }
  return absl::OkStatus();
}

void Index::PutBack(const std::vector<backlog::OutgoingMessage>& changes) {
  for (const backlog::OutgoingMessage& change : changes) {
    auto found = pending_.find({change.partition, change.key});
    if (found == pending_.end() || found->second.changed) continue;
    found->second.changed = true;
    changed_.push_back(found->first);
  }
}

absl::StatusOr<std::optional<std::string>> Index::Scan(
    int32_t partition, const std::string& prefix, const std::string& after, size_t most,
    absl::FunctionRef<void(const std::string&, const v1::IndexEntry&)> visit) const {
  const std::string entries = EntryKey(partition, "");
  const auto is_pending = [&](const std::string& key) { return pending_.contains({partition, key}); };
  std::optional<std::string> last;  // Set when there is more behind it.
  std::string key;
  size_t seen = 0;
  bool damaged = false;
  absl::Status scanned = world_.store.Scan(
      entries + prefix, after.empty() ? "" : entries + after, [&](absl::string_view stored_key, absl::string_view value) {
        if (seen++ == most) {
          last = key;
          return false;
        }
        key = std::string(stored_key.substr(entries.size()));
        if (is_pending(key)) return true;
        v1::IndexEntry entry;
        damaged = !entry.ParseFromArray(value.data(), static_cast<int>(value.size()));
        if (!damaged) visit(key, entry);
        return !damaged;
      });
  if (damaged) return Damaged(partition);
  if (!scanned.ok()) return OfStore(scanned);
  auto pending = after.empty() ? pending_.lower_bound({partition, prefix}) : pending_.upper_bound({partition, after});
  for (; pending != pending_.end() && pending->first.first == partition; ++pending) {
    const auto& [pending_key, change] = std::tie(pending->first.second, pending->second);
    if (!absl::StartsWith(pending_key, prefix) || (last.has_value() && pending_key > *last)) break;
    if (change.entry.has_value()) visit(pending_key, *change.entry);
  }
  return last;
}

void Index::Drop(int32_t partition) {
  pending_.erase(pending_.lower_bound({partition, ""}), pending_.lower_bound({partition + 1, ""}));
  lagging_.erase(partition);
}

}  // namespace causeway::engine
