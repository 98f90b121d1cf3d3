// $filter and $orderby of OData, as far as plain rows need them: eq ne gt ge lt le, and, or, not, parentheses, null,
// contains, startswith, endswith.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/dataverse/table.h"

namespace causeway::sandbox::dataverse {

class Filter {
 public:
  virtual ~Filter() = default;
  virtual bool Matches(const Table& table, const Row& row) const = 0;
};

std::variant<std::unique_ptr<Filter>, ODataError> ParseFilter(std::string_view text, const TableSchema& schema);

struct SortKey {
  size_t column = 0;
  bool descending = false;
};
std::variant<std::vector<SortKey>, ODataError> ParseOrder(std::string_view text, const TableSchema& schema);

// Less than 0, 0, more than 0. Nulls come first; text compares without case, as Dataverse does.
int Compare(const Column& column, std::string_view a, std::string_view b);

}  // namespace causeway::sandbox::dataverse
