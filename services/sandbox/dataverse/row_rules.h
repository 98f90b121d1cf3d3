// What customers forbid: plug-ins that refuse rows, alternate keys, duplicate detection. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "services/sandbox/base/guid.h"
#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/dataverse/table.h"

namespace causeway::sandbox::dataverse {

// Of the row `id` as it is to be, one token for each column. Rules go through the whole table: they are for tests with
// few rows.
std::optional<ODataError> CheckRules(const Table& table, const Guid& id, std::span<const std::string_view> tokens,
                                     bool detect_duplicates);

}  // namespace causeway::sandbox::dataverse
