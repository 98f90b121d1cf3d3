// What every environment has by itself: its users, their business units and settings, the time zones.
#pragma once

#include <vector>

#include "services/sandbox/dataverse/database.h"

namespace causeway::sandbox::dataverse {

std::vector<TableSchema> SystemTables();

// The rows that are always there, into tables that are empty; tables that aren't there are left out. Rows of people belong to
// the three users in turn: the application user, somebody else of its business unit, somebody of the unit below.
void AddSystemRows(Database& database);
bool IsSystemTable(const TableSchema& table);

}  // namespace causeway::sandbox::dataverse
