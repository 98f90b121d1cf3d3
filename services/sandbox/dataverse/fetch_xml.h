// GET {set}?fetchXml=…: attributes, filters (eq, ne, lt, le, gt, ge, like, not-like, null, not-null, in, not-in), order,
// top, and pages by count and page. Everything else is refused by name.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/sandbox/dataverse/row_query.h"

namespace causeway::sandbox::dataverse {

// What a fetch asks for, in the terms of a query; pages are numbered from 1.
struct Fetch {
  RowQuery query;
  int64_t page_size = kMaxPageSize;
  int64_t page = 1;
  bool count = false;  // returntotalrecordcount
};

std::variant<Fetch, ODataError> ReadFetchXml(std::string_view xml, const TableSchema& schema);

}  // namespace causeway::sandbox::dataverse
