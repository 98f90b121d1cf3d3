#include "services/sandbox/dataverse/table.h"

#include <algorithm>
#include <utility>

namespace causeway::sandbox::dataverse {

const Row* Table::At(size_t slot) const { return slot < rows_.size() && rows_[slot].values ? &rows_[slot] : nullptr; }

const Row* Table::Find(const Guid& id) const {
  const auto found = slot_of_.find(id);
  return found == slot_of_.end() ? nullptr : &rows_[found->second];
}

void Table::Insert(const Guid& id, PackedRow values) {
  const auto slot = static_cast<uint32_t>(rows_.size());
  rows_.push_back({id, version_.Next(), std::move(values)});
  slot_of_.emplace(id, slot);
  by_version_.emplace_hint(by_version_.end(), rows_.back().version, slot);
  Remember(slot, 0, {});
  Tell(rows_[slot]);
}

void Table::Update(const Guid& id, PackedRow values) {
  const uint32_t slot = slot_of_.at(id);
  Row& row = rows_[slot];
  by_version_.erase(row.version);
  Remember(slot, row.version, std::exchange(row.values, std::move(values)));
  row.version = version_.Next();
  by_version_.emplace_hint(by_version_.end(), row.version, slot);
  Tell(row);
}

void Table::Erase(const Guid& id) {
  const auto found = slot_of_.find(id);
  const uint32_t slot = found->second;
  Row& row = rows_[slot];
  slot_of_.erase(found);
  by_version_.erase(row.version);
  Remember(slot, row.version, std::exchange(row.values, PackedRow()));
  tombstones_.push_back({row.id, version_.Next()});
  Tell(row);
}

void Table::ShowIdAs(const Guid& id, std::string json) {
  if (json.empty()) {
    shown_ids_.erase(id);
  } else {
    shown_ids_[id] = std::move(json);
  }
}

void Table::Clear() {
  rows_.clear();
  slot_of_.clear();
  by_version_.clear();
  tombstones_.clear();
}

void Table::Reserve(size_t rows) {
  if (rows <= rows_.capacity()) return;
  rows_.reserve(std::max(rows, 2 * rows_.capacity()));
  slot_of_.reserve(rows);
}

const Row* Table::NextChanged(int64_t from, int64_t to) const {
  const auto next = by_version_.upper_bound(from);
  return next == by_version_.end() || next->first > to ? nullptr : &rows_[next->second];
}

void Table::Begin() { undo_.emplace(); }

void Table::Commit() {
  const std::vector<Undo> changes = *std::exchange(undo_, std::nullopt);
  for (const Undo& change : changes) Tell(rows_[change.slot]);
}

void Table::Rollback() {
  std::vector<Undo> undo = *std::exchange(undo_, std::nullopt);
  for (auto change = undo.rbegin(); change != undo.rend(); ++change) Revert(std::move(*change));
}

// Within a transaction, its commit tells.
void Table::Tell(const Row& row) const {
  if (!observer_ || undo_) return;
  if (row.values) return observer_(row, row.version);
  const auto tombstone = std::find_if(tombstones_.rbegin(), tombstones_.rend(),
                                      [&](const Tombstone& candidate) { return candidate.id == row.id; });
  if (tombstone != tombstones_.rend()) observer_(row, tombstone->version);
}

void Table::CopyFrom(const Table& other) {
  Clear();
  Reserve(other.rows_.size());
  for (const Row& row : other.rows_) Restore(row.Copy());
  tombstones_ = other.tombstones_;
}

void Table::Replay(Row row, int64_t version) {
  const auto found = slot_of_.find(row.id);
  if (found == slot_of_.end()) {
    if (row.values) Restore(std::move(row));
    return;
  }
  const uint32_t slot = found->second;
  by_version_.erase(rows_[slot].version);
  if (row.values) {
    by_version_.emplace(version, slot);
  } else {
    slot_of_.erase(found);
    tombstones_.push_back({row.id, version});
  }
  rows_[slot] = std::move(row);
}

void Table::Restore(Row row) {
  const auto slot = static_cast<uint32_t>(rows_.size());
  if (row.values) {
    slot_of_.emplace(row.id, slot);
    by_version_.emplace(row.version, slot);
  }
  rows_.push_back(std::move(row));
}

void Table::Remember(uint32_t slot, int64_t version, PackedRow values) {
  if (undo_) undo_->push_back({slot, version, std::move(values)});
}

void Table::Revert(Undo undo) {
  Row& row = rows_[undo.slot];
  const bool was_erased = !row.values;
  if (was_erased) {
    tombstones_.pop_back();
    slot_of_.emplace(row.id, undo.slot);
  } else {
    by_version_.erase(row.version);
  }
  row.values = std::move(undo.values);
  row.version = undo.version;
  const bool was_inserted = undo.version == 0;
  if (was_inserted) {
    slot_of_.erase(row.id);
  } else {
    by_version_.emplace(row.version, undo.slot);
  }
}

}  // namespace causeway::sandbox::dataverse
