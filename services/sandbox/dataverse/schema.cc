#include "services/sandbox/dataverse/schema.h"

namespace causeway::sandbox::dataverse {

std::string_view NameOf(ColumnType type) {
  switch (type) {
    case ColumnType::kUniqueidentifier:
      return "Uniqueidentifier";
    case ColumnType::kString:
      return "String";
    case ColumnType::kMemo:
      return "Memo";
    case ColumnType::kBoolean:
      return "Boolean";
    case ColumnType::kInteger:
      return "Integer";
    case ColumnType::kBigInt:
      return "BigInt";
    case ColumnType::kDecimal:
      return "Decimal";
    case ColumnType::kDouble:
      return "Double";
    case ColumnType::kMoney:
      return "Money";
    case ColumnType::kDateTime:
      return "DateTime";
    case ColumnType::kPicklist:
      return "Picklist";
    case ColumnType::kState:
      return "State";
    case ColumnType::kStatus:
      return "Status";
    case ColumnType::kMultiSelect:
      return "MultiSelectPicklist";
    case ColumnType::kLookup:
      return "Lookup";
    case ColumnType::kCustomer:
      return "Customer";
    case ColumnType::kOwner:
      return "Owner";
    case ColumnType::kEntityName:
      return "EntityName";
    case ColumnType::kShadow:
      return "Virtual";
  }
  return "";
}

std::string_view NameOf(DateTimeBehavior behavior) {
  switch (behavior) {
    case DateTimeBehavior::kUserLocal:
      return "UserLocal";
    case DateTimeBehavior::kDateOnly:
      return "DateOnly";
    case DateTimeBehavior::kTimeZoneIndependent:
      return "TimeZoneIndependent";
  }
  return "";
}

bool IsLookup(ColumnType type) {
  return type == ColumnType::kLookup || type == ColumnType::kCustomer || type == ColumnType::kOwner;
}

bool HasOptions(ColumnType type) {
  return type == ColumnType::kBoolean || type == ColumnType::kPicklist || type == ColumnType::kState ||
         type == ColumnType::kStatus || type == ColumnType::kMultiSelect;
}

int TableSchema::Find(std::string_view logical_name) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == logical_name && !columns[i].dropped) return static_cast<int>(i);
  }
  return -1;
}

int TableSchema::FindWire(std::string_view wire_name) const {
  constexpr std::string_view kSuffix = "_value";
  const bool lookup = wire_name.starts_with('_') && wire_name.ends_with(kSuffix) && wire_name.size() > kSuffix.size();
  const int found = Find(lookup ? wire_name.substr(1, wire_name.size() - 1 - kSuffix.size()) : wire_name);
  return found >= 0 && IsLookup(columns[found].type) == lookup ? found : -1;
}

std::pair<int, const Navigation*> TableSchema::FindNavigation(std::string_view name) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].dropped) continue;
    for (const Navigation& navigation : columns[i].navigations) {
      if (navigation.name == name) return {static_cast<int>(i), &navigation};
    }
  }
  return {-1, nullptr};
}

}  // namespace causeway::sandbox::dataverse
