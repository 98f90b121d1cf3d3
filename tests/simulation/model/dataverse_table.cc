#include "tests/simulation/model/dataverse_table.h"

#include <algorithm>

namespace causeway::simulation {

void DataverseTable::Put(const std::string& id, int64_t version, bool refusable) {
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
  row.refusable = refusable;
  by_version_[version] = &row;
  revisions_[id].push_back(version);
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
  deletions_of_[id].push_back(version);
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

std::optional<int64_t> DataverseTable::DeletedAfter(const std::string& id, int64_t revision) const {
  const auto found = deletions_of_.find(id);
  if (found == deletions_of_.end()) return std::nullopt;
  for (const int64_t deletion : found->second) {
    if (deletion > revision) return deletion;
  }
  return std::nullopt;
}

int64_t DataverseTable::Changes(const std::string& id) const {
  const auto revisions = revisions_.find(id);
  const auto deletions = deletions_of_.find(id);
  return static_cast<int64_t>((revisions == revisions_.end() ? 0 : revisions->second.size()) +
                              (deletions == deletions_of_.end() ? 0 : deletions->second.size()));
}

bool DataverseTable::Had(const std::string& id, int64_t revision) const {
  const auto found = revisions_.find(id);
  return found != revisions_.end() &&
         std::find(found->second.begin(), found->second.end(), revision) != found->second.end();
}

}  // namespace causeway::simulation
