// DataverseModel: Dynamics 365 of the simulation: Entra ID's token, metadata, rows with paging, change tracking
// (spec/dynamics365.md), as far as the dataverse client asks for it.
//
// Life: construct; Serve through an HttpModel as both origins; change rows at any time.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/fault.h"
#include "tests/simulation/model/dataverse_table.h"
#include "tests/simulation/model/http_model.h"
#include "tests/simulation/model/tokens.h"
#include "tests/simulation/model/url.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

inline constexpr char kEntraOrigin[] = "https://login.example";
inline constexpr char kDataverseOrigin[] = "https://contoso.example";
// Another address of the same environment.
inline constexpr char kDataverseAlias[] = "https://contoso-emea.example";
// The columns that every table of the model has besides its id, {table}id.
inline constexpr char kNameColumn[] = "lastname";
inline constexpr char kRevisionColumn[] = "revision";
// Says which state it is, as the revision does.
inline constexpr char kTitleColumn[] = "jobtitle";
// The same in all rows: what a mapping makes of it tells the mapping.
inline constexpr char kMarkColumn[] = "mark";
inline constexpr char kMark[] = "mark";
inline constexpr char kUnmappedColumn[] = "description";
// Appears in the name of rows whose value Campaign refuses.
inline constexpr char kRefusedMark[] = "refused";

class DataverseModel final : public HttpServer {
 public:
  DataverseModel(Simulation& simulation, Faults& faults, std::vector<std::string> tables,
                 absl::Duration token_life = absl::Minutes(59));

  // From now on names are few, so that contents come again; otherwise each change gives a name of its own.
  void RepeatNames() { names_repeat_ = true; }

  http::Response Handle(const Delivery& delivery) override;
  http::Response Refuse(int status) override;

  // Of rows, by people.
  void Create(const std::string& table, const std::string& id) {
    ++rows_ever_;
    Change(table, id);
  }
  void Change(const std::string& table, const std::string& id, bool refusable = false);
  void Touch(const std::string& table, const std::string& id);
  void Delete(const std::string& table, const std::string& id);

  // All delta links that were given out.
  void ExpireDeltaLinks() { oldest_valid_cursor_ = last_cursor_ + 1; }

  // The environment gets another name: links in its answers lead there, whichever name was asked.
  void Rename(std::string origin) { link_origin_ = std::move(origin); }
  const std::string& origin() const { return link_origin_; }

  // A backup, and going back to it: versions are those of that moment, and who was told anything since has to begin anew.
  void BackUp();
  void Restore();
  bool restored() const { return restored_; }

  // The account sees only some rows from now on; all: nothing hides.
  void Hide(std::set<std::string> ids) { hidden_ = std::move(ids); }
  const std::set<std::string>& hidden() const { return hidden_; }

  // How often somebody began to read a table from its start.
  int64_t passes() const { return passes_; }
  // Rows that there ever were, of all tables.
  int64_t rows_ever() const { return rows_ever_; }

  const DataverseTable& table(const std::string& name) const { return tables_.at(name); }

 private:
  // What a nextLink or deltaLink stands for.
  struct Cursor {
    std::string table;
    std::vector<std::string> columns;
    bool delta = false;  // A deltaLink, or a nextLink of its pages.
    bool deletions = false;
    int64_t since = 0;        // Of a delta: below the first version to list.
    int64_t first_since = 0;  // Of its first page.
    int64_t until = 0;        // What happened later is for the next delta.
    std::optional<uint64_t> place;
  };

  http::Response Metadata(const Url& url);
  http::Response List(const Delivery& delivery, const Url& url, const std::string& table);
  http::Response Page(const Cursor& cursor, size_t max);
  bool ListRows(Cursor& cursor, size_t max, std::vector<std::string>& rows);
  bool ListChanges(Cursor& cursor, size_t max, std::vector<std::string>& rows) const;
  std::string Keep(Cursor cursor, absl::string_view kind);
  std::string RowJson(const DataverseRow& row, const Cursor& cursor) const;
  std::string NewName(bool refusable);

  Simulation& simulation_;
  Faults& faults_;
  Tokens tokens_;
  std::map<std::string, DataverseTable> tables_;
  int64_t version_ = 1000;
  bool names_repeat_ = false;
  int64_t passes_ = 0;
  int64_t rows_ever_ = 0;
  std::string link_origin_ = kDataverseOrigin;
  std::set<std::string> hidden_;
  struct Backup {
    int64_t version = 0;
    std::map<std::string, DataverseTable::Backup> tables;
  };
  std::optional<Backup> backup_;
  bool restored_ = false;
  std::map<int64_t, Cursor> cursors_;
  int64_t last_cursor_ = 0;
  int64_t oldest_valid_cursor_ = 0;
};

}  // namespace causeway::simulation
