#include "tests/simulation/model/kafka_log.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace causeway::simulation {

int64_t KafkaLog::Append(TransactionNumber transaction, const std::string& key,
                         const std::optional<std::string>& value) {
  if (open_.empty()) first_open_ = next_;
  ++open_[transaction];
  entries_.push_back({{partition_, next_, key, value}, transaction, State::kOpen});
  ++next_;
  Changed();
  return next_ - 1;
}

void KafkaLog::Decide(TransactionNumber transaction, bool commit) {
  if (open_.erase(transaction) == 0) return;
  bool others_open = false;
  for (auto entry = entries_.begin() + (Find(first_open_) - entries_.cbegin()); entry != entries_.end(); ++entry) {
    if (entry->state != State::kOpen) continue;
    if (entry->transaction == transaction) {
      entry->state = commit ? State::kCommitted : State::kAborted;
    } else if (!others_open) {
      others_open = true;
      first_open_ = entry->message.offset;
    }
  }
  entries_.push_back({{partition_, next_, "", std::nullopt}, transaction, State::kMarker});
  ++next_;
  Changed();
}

std::deque<KafkaLog::Entry>::const_iterator KafkaLog::Find(int64_t offset) const {
  return std::lower_bound(entries_.begin(), entries_.end(), offset,
                          [](const Entry& entry, int64_t offset) { return entry.message.offset < offset; });
}

KafkaLog::Chunk KafkaLog::Read(int64_t offset, size_t max) const {
  Chunk chunk{{}, offset};
  const int64_t limit = stable();
  for (auto entry = Find(offset); entry != entries_.end() && entry->message.offset < limit; ++entry) {
    if (chunk.messages.size() == max) return chunk;
    if (entry->state == State::kCommitted) chunk.messages.push_back(entry->message);
    chunk.next_offset = entry->message.offset + 1;
  }
  // What was compacted away below the limit is passed over too.
  chunk.next_offset = std::max(chunk.next_offset, limit);
  return chunk;
}

void KafkaLog::Trim(int64_t offset) {
  start_ = std::max(start_, std::min(offset, next_));
  while (!entries_.empty() && entries_.front().message.offset < start_) entries_.pop_front();
}

// A marker without the records that it decides can't be lost: they would be undecided for ever.
void KafkaLog::LoseEnd(size_t entries) {
  size_t kept = entries_.size() - std::min(entries, entries_.size());
  for (size_t lost = kept; lost < entries_.size(); ++lost) {
    if (entries_[lost].state != State::kMarker) continue;
    const auto same = [&](const Entry& entry) { return entry.transaction == entries_[lost].transaction; };
    kept = std::min(kept, static_cast<size_t>(std::find_if(entries_.begin(), entries_.end(), same) - entries_.begin()));
  }
  for (; entries_.size() > kept; entries_.pop_back()) {
    const Entry& last = entries_.back();
    next_ = last.message.offset;
    if (last.state == State::kOpen && --open_[last.transaction] == 0) open_.erase(last.transaction);
  }
  const auto undecided = [](const Entry& entry) { return entry.state == State::kOpen; };
  const auto first = std::find_if(entries_.begin(), entries_.end(), undecided);
  if (first != entries_.end()) first_open_ = first->message.offset;
  Changed();
}

void KafkaLog::Compact(async::Instant now, absl::Duration tombstones_kept) {
  std::unordered_map<std::string_view, int64_t> last;
  const int64_t limit = stable();
  for (const Entry& entry : entries_) {
    if (entry.state == State::kCommitted && entry.message.offset < limit)
      last[entry.message.key] = entry.message.offset;
  }
  const auto superfluous = [&](const Entry& entry) {
    if (entry.message.offset >= limit) return false;
    if (entry.state != State::kCommitted || last[entry.message.key] != entry.message.offset) return true;
    return entry.forget_at.has_value() && now >= *entry.forget_at;
  };
  std::deque<Entry> kept;
  for (const Entry& entry : entries_) {
    if (superfluous(entry)) continue;
    kept.push_back(entry);
    const bool tombstone = entry.state == State::kCommitted && !entry.message.value.has_value();
    if (tombstone && entry.message.offset < limit && !entry.forget_at) kept.back().forget_at = now + tombstones_kept;
  }
  entries_ = std::move(kept);
}

uint64_t KafkaLog::OnChange(std::function<void()> watcher) {
  watchers_.emplace(++last_watcher_, std::move(watcher));
  return last_watcher_;
}

void KafkaLog::Changed() {
  auto watchers = std::exchange(watchers_, {});
  for (auto& [number, watcher] : watchers) watcher();
}

void KafkaLog::ForEachCommitted(const std::function<void(const backlog::Message&)>& visit) const {
  const int64_t limit = stable();
  for (const Entry& entry : entries_) {
    if (entry.message.offset >= limit) return;
    if (entry.state == State::kCommitted) visit(entry.message);
  }
}

}  // namespace causeway::simulation
