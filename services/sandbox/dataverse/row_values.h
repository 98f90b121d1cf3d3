// Values of a row as a client or the control API sends them, checked against the table and brought into the form in
// which they are kept.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/dataverse/odata_error.h"

namespace causeway::sandbox::dataverse {

struct Assignment {
  size_t column = 0;
  std::string token;  // Empty: null.
};

struct RowValues {
  std::optional<Guid> id;
  std::vector<Assignment> assignments;
  // MSCRM.SuppressDuplicateDetection: false. The row isn't written where duplicate detection finds another like it.
  bool detect_duplicates = false;
};

std::variant<RowValues, ODataError> ReadValues(const Database& database, const TableSchema& schema,
                                               simdjson::dom::object body, bool creating);

// One value, other than a lookup's, in the form in which it is kept.
std::variant<std::string, ODataError> ReadValue(const TableSchema& schema, const Column& column,
                                                simdjson::dom::element value);

}  // namespace causeway::sandbox::dataverse
