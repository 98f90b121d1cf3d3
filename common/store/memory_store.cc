#include "common/store/memory_store.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace causeway::store {

absl::StatusOr<std::optional<std::string>> MemoryStore::Get(absl::string_view key) const {
  const auto found = entries_.find(std::string(key));
  if (found == entries_.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

absl::Status MemoryStore::Write(const Batch& batch) {
  for (const Batch::Change& change : batch.changes()) {
    if (change.value.has_value()) {
      entries_.insert_or_assign(change.key, *change.value);
    } else {
      entries_.erase(change.key);
    }
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const {
  auto entry = entries_.lower_bound(std::string(std::max(prefix, after)));
  if (entry != entries_.end() && !after.empty() && entry->first == after) ++entry;
  for (; entry != entries_.end() && absl::StartsWith(entry->first, prefix); ++entry) {
    if (!visit(entry->first, entry->second)) break;
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::DeletePrefix(absl::string_view prefix) {
  auto entry = entries_.lower_bound(std::string(prefix));
  while (entry != entries_.end() && absl::StartsWith(entry->first, prefix)) entry = entries_.erase(entry);
  return absl::OkStatus();
}

}  // namespace causeway::store
