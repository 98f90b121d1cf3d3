#include "common/mapping/schema.h"

#include <utility>

namespace causeway::mapping {
namespace {

constexpr std::pair<absl::string_view, ColumnType> kNames[] = {
    {"String", ColumnType::kString},
    {"Memo", ColumnType::kMemo},
    {"Uniqueidentifier", ColumnType::kUniqueidentifier},
    {"Boolean", ColumnType::kBoolean},
    {"Integer", ColumnType::kInteger},
    {"BigInt", ColumnType::kBigInt},
    {"Decimal", ColumnType::kDecimal},
    {"Double", ColumnType::kDouble},
    {"Money", ColumnType::kMoney},
    {"DateTime", ColumnType::kDateTime},
    {"Picklist", ColumnType::kPicklist},
    {"State", ColumnType::kState},
    {"Status", ColumnType::kStatus},
    {"Lookup", ColumnType::kLookup},
    {"Customer", ColumnType::kCustomer},
    {"Owner", ColumnType::kOwner},
};

}  // namespace

ColumnType ParseColumnType(absl::string_view attribute_type) {
  for (const auto& [name, type] : kNames) {
    if (name == attribute_type) return type;
  }
  return ColumnType::kOther;
}

absl::string_view Name(ColumnType type) {
  for (const auto& [name, named] : kNames) {
    if (named == type) return name;
  }
  return "other type";
}

bool IsLookup(ColumnType type) {
  return type == ColumnType::kLookup || type == ColumnType::kCustomer || type == ColumnType::kOwner;
}

bool HasLabels(ColumnType type) {
  return type == ColumnType::kPicklist || type == ColumnType::kState || type == ColumnType::kStatus ||
         type == ColumnType::kOther;
}

}  // namespace causeway::mapping
