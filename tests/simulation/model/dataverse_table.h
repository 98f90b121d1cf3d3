// DataverseTable: the rows of one table with their versions, deletions and history, as Dataverse's change tracking
// shows them.
//
// A row's history is the list of the states that were true of it, in their order: staleness is judged by it, because
// versions may go back (Restore), and contents may come again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace causeway::simulation {

struct DataverseRow {
  std::string id;
  int64_t version = 0;
  int64_t revision = 0;  // Column: version of the last change that a mapping can see.
  std::string name;      // Column.
  bool refusable = false;  // Its name is a value that Campaign refuses.
};

// What was true of a row for a while, as far as a mapping can see it.
struct RowState {
  bool deleted = false;
  int64_t version = 0;
  int64_t revision = 0;
  std::string name;
};
using RowHistory = std::vector<RowState>;

class DataverseTable {
 public:
  explicit DataverseTable(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  // `version`: the database's next.
  void Put(const std::string& id, int64_t version, std::string name, bool refusable);
  // Changes only what no mapping selects.
  void Touch(const std::string& id, int64_t version);
  void Delete(const std::string& id, int64_t version);

  const std::map<std::string, DataverseRow>& rows() const { return rows_; }
  const DataverseRow* Find(const std::string& id) const;

  // A backup, and going back to it: rows and versions are those of that moment again, and nobody is told.
  using Backup = std::map<std::string, DataverseRow>;
  Backup BackUp() const { return rows_; }
  void Restore(const Backup& backup, int64_t version);

  // What a replica that lags shows of a row: the state before the present one; nullopt: there is none.
  std::optional<DataverseRow> StateBefore(const std::string& id) const;
  // Somebody was shown that state: from then on it counts as true once more before the present one.
  void ShowAgain(const DataverseRow& state);

  // Rows in the server's own order after a row's place; the place of a row is a number that says nothing.
  static uint64_t PlaceOf(const std::string& id);
  std::vector<const DataverseRow*> After(std::optional<uint64_t> place, size_t max) const;
  // Rows changed after `since` up to `until`, by version.
  std::vector<const DataverseRow*> ChangedBetween(int64_t since, int64_t until, size_t max) const;
  // Ids of rows deleted in that span and not there now, by version; `since` moves along with a page.
  struct Deletion {
    int64_t version;
    std::string id;
  };
  std::vector<Deletion> DeletedBetween(int64_t since, int64_t until, size_t max) const;

  // Empty: there never was such a row.
  const RowHistory& HistoryOf(const std::string& id) const;

 private:
  void Remember(const DataverseRow& row) { histories_[row.id].push_back({false, row.version, row.revision, row.name}); }

  const std::string name_;
  std::map<std::string, DataverseRow> rows_;
  std::map<uint64_t, const DataverseRow*> by_place_;
  std::map<int64_t, const DataverseRow*> by_version_;
  std::map<int64_t, std::string> deletions_;
  std::map<std::string, RowHistory> histories_;
};

}  // namespace causeway::simulation
