// The query options of a request for rows, checked against the table.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "services/sandbox/dataverse/filter.h"
#include "services/sandbox/dataverse/link_token.h"
#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/dataverse/preferences.h"

namespace causeway::sandbox::dataverse {

// A row that a lookup points to, shown within the row: parentcustomerid_account($select=name).
struct Expansion {
  size_t column = 0;  // The lookup.
  const Navigation* navigation = nullptr;
  const Table* target = nullptr;
  std::vector<int> columns;  // Of the target; empty: all.
};

struct RowQuery {
  std::vector<int> columns;  // Of $select; empty: all.
  std::vector<Expansion> expansions;  // Of $expand.
  std::unique_ptr<Filter> filter;
  std::vector<SortKey> order;
  std::optional<int64_t> top;
  bool count = false;
  std::optional<LinkToken> token;  // Of $skiptoken or $deltatoken.

  std::string options;  // As they came, without the token: they go into the links.
  uint64_t hash = 0;    // Of `options`.
};

// For a collection of rows. Table and database outlive the query.
std::variant<RowQuery, ODataError> ReadRowQuery(std::string_view query, const Database& database, const Table& table,
                                                const Preferences& preferences);
// For one row: only $select and $expand.
std::variant<RowQuery, ODataError> ReadSingleRowQuery(std::string_view query, const Database& database,
                                                      const Table& table);

}  // namespace causeway::sandbox::dataverse
