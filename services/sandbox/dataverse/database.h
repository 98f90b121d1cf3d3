// All tables of the organization, its version counter, and what the application user may do.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/base/clock.h"
#include "services/sandbox/dataverse/privileges.h"
#include "services/sandbox/dataverse/table.h"

namespace causeway::sandbox::dataverse {

class Database {
 public:
  Database(std::vector<TableSchema> tables, const Clock& clock);

  // Null: there is none, or it was dropped.
  Table* FindSet(std::string_view entity_set);
  Table* FindTable(std::string_view logical_name);
  const Table* FindTable(std::string_view logical_name) const;
  std::deque<Table>& tables() { return tables_; }
  const std::deque<Table>& tables() const { return tables_; }

  Version& version() { return version_; }
  int64_t last_version() const { return version_.last; }
  const Clock& clock() const { return clock_; }

  bool Has(Privilege privilege, const Table& table) const;
  void Set(Privilege privilege, const Table& table, bool granted);
  // How far the privilege to read goes (reach.h).
  Depth ReadDepth(const Table& table) const;
  void SetReadDepth(const Table& table, Depth depth);

  // Delta tokens made before the last call are expired.
  void ExpireDeltaTokens() { ++delta_epoch_; }
  int64_t delta_epoch() const { return delta_epoch_; }
  // Organization.ExpireChangeTrackingInDays
  int64_t delta_lifetime_ms = int64_t{7} * 24 * 3600 * 1000;

  // All changes until Commit are undone at the end of its life without one. One within another is the outer one's part.
  class Transaction {
   public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void Commit();

   private:
    Database* database_;  // Null: it is committed, or part of another.
  };

  // For a copy of another database with the same tables: what isn't rows (definitions, privileges, expired delta
  // tokens) becomes as it is there.
  void Follow(const Database& other);

  // Makes every table empty but for the rows that are always there (system_tables.h).
  void Clear();

 private:
  const Clock& clock_;
  Version version_;
  std::deque<Table> tables_;
  std::set<std::string> revoked_;        // Names of privileges.
  std::map<std::string, Depth> depths_;  // By their names; of those that don't reach the whole organization.
  int64_t delta_epoch_ = 1;
  bool in_transaction_ = false;
};

}  // namespace causeway::sandbox::dataverse
