// Reads the answers to metadata requests (spec/dynamics365.md "Metadata"). Pure. nullopt: not such an answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "common/dataverse/metadata.h"

namespace causeway::dataverse {

std::optional<std::vector<Table>> ReadTables(absl::string_view body);
std::optional<Table> ReadTable(absl::string_view body);
std::optional<std::vector<Column>> ReadColumns(absl::string_view body);
// Column → DateTimeBehavior.
std::optional<absl::flat_hash_map<std::string, std::string>> ReadDateTimeBehaviors(absl::string_view body);
std::optional<std::vector<Option>> ReadOptions(absl::string_view body);
// The member Privileges of a table's definition.
std::optional<std::vector<Privilege>> ReadTablePrivileges(absl::string_view body);
// The user's id in WhoAmI's answer.
std::optional<std::string> ReadUserId(absl::string_view body);
// Of a user's settings, and of the list of time zones with that number.
std::optional<int64_t> ReadTimeZoneCode(absl::string_view body);
std::optional<std::string> ReadTimeZoneName(absl::string_view body);
// Ids of privileges, of RetrieveUserPrivileges.
std::optional<absl::flat_hash_set<std::string>> ReadUserPrivileges(absl::string_view body);
// The greatest depth among the privileges of RetrieveUserPrivilegeByPrivilegeName; empty: there are none.
std::optional<std::string> ReadGreatestDepth(absl::string_view body);
// Of RetrieveTotalRecordCount for one table.
std::optional<int64_t> ReadRowCount(absl::string_view body);

}  // namespace causeway::dataverse
