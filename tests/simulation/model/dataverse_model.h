// DataverseModel: Dynamics 365 of the simulation: Entra ID's token, metadata, rows with paging, change tracking
// (spec/dynamics365.md), as far as the dataverse client asks for it.
//
// Life: construct; Serve through an HttpModel as both origins; change rows at any time.
#pragma once

#include <map>
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
// The columns that every table of the model has besides its id, {table}id.
inline constexpr char kNameColumn[] = "lastname";
inline constexpr char kRevisionColumn[] = "revision";
inline constexpr char kUnmappedColumn[] = "description";
// Appears in the name of rows whose value Campaign refuses.
inline constexpr char kRefusedMark[] = "refused";

class DataverseModel final : public HttpServer {
 public:
  DataverseModel(Simulation& simulation, Faults& faults, std::vector<std::string> tables,
                 absl::Duration token_life = absl::Minutes(59));

  http::Response Handle(const Delivery& delivery) override;
  http::Response Refuse(int status) override;

  // Of rows, by people.
  void Create(const std::string& table, const std::string& id) { Change(table, id); }
  void Change(const std::string& table, const std::string& id, bool refusable = false);
  void Touch(const std::string& table, const std::string& id);
  void Delete(const std::string& table, const std::string& id);

  // All delta links that were given out.
  void ExpireDeltaLinks() { oldest_valid_cursor_ = last_cursor_ + 1; }

  const DataverseTable& table(const std::string& name) const { return tables_.at(name); }
  static std::string NameOf(const DataverseRow& row);

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
  void ListChanges(const DataverseTable& table, Cursor& cursor, size_t max, std::vector<std::string>& rows) const;
  std::string Keep(Cursor cursor, absl::string_view kind);
  std::string RowJson(const DataverseRow& row, const Cursor& cursor) const;

  Simulation& simulation_;
  Faults& faults_;
  Tokens tokens_;
  std::map<std::string, DataverseTable> tables_;
  int64_t version_ = 1000;
  std::map<int64_t, Cursor> cursors_;
  int64_t last_cursor_ = 0;
  int64_t oldest_valid_cursor_ = 0;
};

}  // namespace causeway::simulation
