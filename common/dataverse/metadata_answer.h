// Reads the answers to metadata requests (spec/dynamics365.md "Metadata"). Pure. nullopt: not such an answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "common/dataverse/metadata.h"

namespace causeway::dataverse {

std::optional<std::vector<Table>> ReadTables(absl::string_view body);
std::optional<Table> ReadTable(absl::string_view body);
std::optional<std::vector<Column>> ReadColumns(absl::string_view body);
// Column → DateTimeBehavior.
std::optional<absl::flat_hash_map<std::string, std::string>> ReadDateTimeBehaviors(absl::string_view body);
std::optional<std::vector<Option>> ReadOptions(absl::string_view body);
// Of RetrieveTotalRecordCount for one table.
std::optional<int64_t> ReadRowCount(absl::string_view body);

}  // namespace causeway::dataverse
