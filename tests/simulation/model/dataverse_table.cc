#include "tests/simulation/model/dataverse_table.h"

#include <algorithm>

namespace causeway::simulation {

void DataverseTable::Put(const std::string& id, int64_t version, std::string name, bool refusable) {
  auto [found, added] = rows_.try_emplace(id);
  DataverseRow& row = found->second;
  if (added) {
    row.id = id;
    by_place_[PlaceOf(id)] = &row;
  } else {
    by_version_.erase(row.version);
  }
  row.version = version;
  row.revision = version;
  row.name = std::move(name);
  row.refusable = refusable;
  by_version_[version] = &row;
  Remember(row);
}

void DataverseTable::Touch(const std::string& id, int64_t version) {
  DataverseRow& row = rows_.at(id);
  by_version_.erase(row.version);
  row.version = version;
  by_version_[version] = &row;
}

void DataverseTable::Delete(const std::string& id, int64_t version) {
  const auto found = rows_.find(id);
  by_version_.erase(found->second.version);
  by_place_.erase(PlaceOf(id));
  rows_.erase(found);
  deletions_[version] = id;
  histories_[id].push_back({true, version});
}

void DataverseTable::Restore(const Backup& backup, int64_t version) {
  for (const auto& [id, row] : rows_) {
    if (!backup.contains(id)) histories_[id].push_back({true, version});
  }
  for (const auto& [id, row] : backup) {
    const DataverseRow* present = Find(id);
    if (present == nullptr || present->revision != row.revision) Remember(row);
  }
  rows_ = backup;
  deletions_.erase(deletions_.upper_bound(version), deletions_.end());
  by_place_.clear();
  by_version_.clear();
  for (const auto& [id, row] : rows_) {
    by_place_[PlaceOf(id)] = &row;
    by_version_[row.version] = &row;
  }
}

std::optional<DataverseRow> DataverseTable::StateBefore(const std::string& id) const {
  const RowHistory& history = HistoryOf(id);
  if (history.size() < 2 || history[history.size() - 2].deleted) return std::nullopt;
  const RowState& before = history[history.size() - 2];
  const bool refusable = before.name.find("refused") == 0;
  return DataverseRow{id, before.version, before.revision, before.name, refusable};
}

void DataverseTable::ShowAgain(const DataverseRow& state) {
  Remember(state);
  Remember(rows_.at(state.id));
}

const DataverseRow* DataverseTable::Find(const std::string& id) const {
  const auto found = rows_.find(id);
  return found == rows_.end() ? nullptr : &found->second;
}

uint64_t DataverseTable::PlaceOf(const std::string& id) {
  uint64_t place = 0xcbf29ce484222325;
  for (const char c : id) place = (place ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return place;
}

std::vector<const DataverseRow*> DataverseTable::After(std::optional<uint64_t> place, size_t max) const {
  std::vector<const DataverseRow*> rows;
  auto row = place.has_value() ? by_place_.upper_bound(*place) : by_place_.begin();
  for (; row != by_place_.end() && rows.size() < max; ++row) rows.push_back(row->second);
  return rows;
}

std::vector<const DataverseRow*> DataverseTable::ChangedBetween(int64_t since, int64_t until, size_t max) const {
  std::vector<const DataverseRow*> rows;
  for (auto row = by_version_.upper_bound(since); row != by_version_.end() && row->first <= until && rows.size() < max;
       ++row) {
    rows.push_back(row->second);
  }
  return rows;
}

std::vector<DataverseTable::Deletion> DataverseTable::DeletedBetween(int64_t since, int64_t until, size_t max) const {
  std::vector<Deletion> deletions;
  auto deletion = deletions_.upper_bound(since);
  for (; deletion != deletions_.end() && deletion->first <= until && deletions.size() < max; ++deletion) {
    if (rows_.count(deletion->second) == 0) deletions.push_back({deletion->first, deletion->second});
  }
  return deletions;
}

const RowHistory& DataverseTable::HistoryOf(const std::string& id) const {
  static const RowHistory& none = *new RowHistory();
  const auto found = histories_.find(id);
  return found == histories_.end() ? none : found->second;
}

}  // namespace causeway::simulation
