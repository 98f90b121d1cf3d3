// DataverseTable: the rows of one table with their versions, deletions and history, as Dataverse's change tracking
// shows them.
//
// The mapped column that carries a row's revision makes staleness visible: it is the version of the last change of a
// mapped column.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace causeway::simulation {

struct DataverseRow {
  std::string id;
  int64_t version = 0;
  int64_t revision = 0;    // Version of the last change that a mapping can see.
  bool refusable = false;  // Holds a value that Campaign refuses.
};

class DataverseTable {
 public:
  explicit DataverseTable(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  // `version`: the database's next.
  void Put(const std::string& id, int64_t version, bool refusable);
  // Changes only what no mapping selects.
  void Touch(const std::string& id, int64_t version);
  void Delete(const std::string& id, int64_t version);

  const std::map<std::string, DataverseRow>& rows() const { return rows_; }
  const DataverseRow* Find(const std::string& id) const;

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

  // The version at which the row was first deleted after it had that revision; nullopt: it was not.
  std::optional<int64_t> DeletedAfter(const std::string& id, int64_t revision) const;
  // How often the row was changed in what a mapping can see, or deleted.
  int64_t Changes(const std::string& id) const;
  // Whether the row ever had that revision.
  bool Had(const std::string& id, int64_t revision) const;

 private:
  const std::string name_;
  std::map<std::string, DataverseRow> rows_;
  std::map<uint64_t, const DataverseRow*> by_place_;
  std::map<int64_t, const DataverseRow*> by_version_;
  std::map<int64_t, std::string> deletions_;
  std::map<std::string, std::vector<int64_t>> revisions_;
  std::map<std::string, std::vector<int64_t>> deletions_of_;
};

}  // namespace causeway::simulation
