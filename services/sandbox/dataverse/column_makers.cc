#include "services/sandbox/dataverse/column_makers.h"

namespace causeway::sandbox::dataverse {

Column Typed(std::string name, std::string label, ColumnType type) {
  Column column;
  column.name = std::move(name);
  column.label = std::move(label);
  column.type = type;
  return column;
}

Column Text(std::string name, std::string label, int max_length) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kString);
  column.max_length = max_length;
  return column;
}

Column Memo(std::string name, std::string label, int max_length) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kMemo);
  column.max_length = max_length;
  return column;
}

Column Flag(std::string name, std::string label, std::string no, std::string yes) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kBoolean);
  column.options = {{0, std::move(no)}, {1, std::move(yes)}};
  return column;
}

Column Number(std::string name, std::string label, double min, double max) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kInteger);
  column.min = min;
  column.max = max;
  return column;
}

Column Money(std::string name, std::string label) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kMoney);
  column.precision = 4;
  return column;
}

Column Decimal(std::string name, std::string label, double min, double max, int precision) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kDecimal);
  column.min = min;
  column.max = max;
  column.precision = precision;
  return column;
}

Column Double(std::string name, std::string label, double min, double max) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kDouble);
  column.min = min;
  column.max = max;
  column.precision = 5;
  return column;
}

Column Time(std::string name, std::string label, DateTimeBehavior behavior) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kDateTime);
  column.behavior = behavior;
  return column;
}

Column Choice(std::string name, std::string label, std::vector<std::pair<int64_t, std::string>> options) {
  Column column = Typed(std::move(name), std::move(label), ColumnType::kPicklist);
  for (auto& [value, text] : options) column.options.push_back({value, std::move(text)});
  return column;
}

Column Choices(std::string name, std::string label, std::vector<std::pair<int64_t, std::string>> options) {
  Column column = Choice(std::move(name), std::move(label), std::move(options));
  column.type = ColumnType::kMultiSelect;
  return column;
}

Column Lookup(std::string name, std::string label, ColumnType type, std::vector<Navigation> navigations) {
  Column column = Typed(std::move(name), std::move(label), type);
  column.navigations = std::move(navigations);
  return column;
}

TableSchema Named(std::string logical_name, std::string entity_set, std::string label, int object_type_code) {
  TableSchema table;
  table.logical_name = std::move(logical_name);
  table.entity_set = std::move(entity_set);
  table.label = std::move(label);
  table.object_type_code = object_type_code;
  return table;
}

void AppendKey(std::string name, TableSchema& table) {
  Column key = Typed(name, table.label, ColumnType::kUniqueidentifier);
  key.source = Column::Source::kPrimaryId;
  key.updatable = false;
  table.primary_id = std::move(name);
  table.columns.push_back(std::move(key));
}

States ActiveAndInactive() { return {{{0, "Active"}, {1, "Inactive"}}, {{1, "Active", 0}, {2, "Inactive", 1}}}; }

void AppendVersion(TableSchema& table) {
  Column version = Typed("versionnumber", "Version Number", ColumnType::kBigInt);
  version.source = Column::Source::kVersion;
  version.creatable = version.updatable = false;
  table.columns.push_back(std::move(version));
}

void AppendCommonColumns(States states, TableSchema& table) {
  Column state = Typed("statecode", "Status", ColumnType::kState);
  state.options = std::move(states.states);
  Column status = Typed("statuscode", "Status Reason", ColumnType::kStatus);
  status.options = std::move(states.statuses);
  table.columns.push_back(std::move(state));
  table.columns.push_back(std::move(status));
  table.columns.push_back(Lookup(kOwnerColumn, "Owner", ColumnType::kOwner, {{"ownerid", "systemuser"}}));
  for (auto [name, label] : {std::pair("createdon", "Created On"), std::pair("modifiedon", "Modified On")}) {
    Column time = Time(name, label, DateTimeBehavior::kUserLocal);
    time.creatable = time.updatable = false;
    table.columns.push_back(std::move(time));
  }
  AppendVersion(table);
}

void AppendShadows(TableSchema& table) {
  std::vector<Column> shadows;
  for (const Column& column : table.columns) {
    const bool named = (HasOptions(column.type) || IsLookup(column.type));
    if (!named) continue;
    Column name = Typed(column.name + "name", "", ColumnType::kShadow);
    name.attribute_of = column.name;
    name.readable = name.creatable = name.updatable = false;
    shadows.push_back(std::move(name));
    if (column.navigations.size() < 2) continue;
    Column type = Typed(column.name + "type", "", ColumnType::kEntityName);
    type.attribute_of = column.name;
    type.readable = type.creatable = type.updatable = false;
    shadows.push_back(std::move(type));
  }
  for (Column& shadow : shadows) table.columns.push_back(std::move(shadow));
}

}  // namespace causeway::sandbox::dataverse
