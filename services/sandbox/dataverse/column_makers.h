// Short ways to write down columns, for default_schema.cc and contact_schema.cc.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/sandbox/dataverse/schema.h"

namespace causeway::sandbox::dataverse {

Column Text(std::string name, std::string label, int max_length);
Column Memo(std::string name, std::string label, int max_length);
Column Flag(std::string name, std::string label, std::string no = "No", std::string yes = "Yes");
Column Number(std::string name, std::string label, double min, double max);
Column Typed(std::string name, std::string label, ColumnType type);
Column Money(std::string name, std::string label);
Column Decimal(std::string name, std::string label, double min, double max, int precision);
Column Double(std::string name, std::string label, double min, double max);
Column Time(std::string name, std::string label, DateTimeBehavior behavior);
Column Choice(std::string name, std::string label, std::vector<std::pair<int64_t, std::string>> options);
Column Choices(std::string name, std::string label, std::vector<std::pair<int64_t, std::string>> options);
Column Lookup(std::string name, std::string label, ColumnType type, std::vector<Navigation> navigations);

TableSchema Named(std::string logical_name, std::string entity_set, std::string label, int object_type_code);
// Appends what every table has: its key, state, status, owner, creation, change, version.
void AppendKey(std::string name, TableSchema& table);
struct States {
  std::vector<Option> states, statuses;
};
States ActiveAndInactive();
// Of the change.
void AppendVersion(TableSchema& table);
void AppendCommonColumns(States states, TableSchema& table);
// Appends the shadows of lookups and choices (…name, …type).
void AppendShadows(TableSchema& table);

TableSchema ContactTable();

}  // namespace causeway::sandbox::dataverse
