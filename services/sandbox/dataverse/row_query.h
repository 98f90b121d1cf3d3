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

struct RowQuery {
  std::vector<int> columns;  // Of $select; empty: all.
  std::unique_ptr<Filter> filter;
  std::vector<SortKey> order;
  std::optional<int64_t> top;
  bool count = false;
  std::optional<LinkToken> token;  // Of $skiptoken or $deltatoken.

  std::string options;  // As they came, without the token: they go into the links.
  uint64_t hash = 0;    // Of `options`.
};

// For a collection of rows.
std::variant<RowQuery, ODataError> ReadRowQuery(std::string_view query, const TableSchema& schema,
                                                const Preferences& preferences);
// For one row: only $select.
std::variant<RowQuery, ODataError> ReadSingleRowQuery(std::string_view query, const TableSchema& schema);

}  // namespace causeway::sandbox::dataverse
