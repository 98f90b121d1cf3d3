#include "services/sandbox/dataverse/metadata_object.h"

#include "services/sandbox/base/dice.h"
#include "services/sandbox/base/guid.h"
#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/privileges.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr std::string_view kNoLabel = R"({"LocalizedLabels":[],"UserLocalizedLabel":null})";

std::string Json(bool value) { return value ? "true" : "false"; }
std::string JsonOrNull(std::string_view text) { return text.empty() ? "null" : JsonString(text); }

// The same for the same thing, in every process.
std::string MetadataId(std::string_view what) {
  const uint64_t hash = StableHash(what);
  return JsonString(Guid::FromBits(hash, Mix(hash)).ToString());
}

std::string LabelOf(std::string_view text) {
  if (text.empty()) return std::string(kNoLabel);
  const std::string label =
      Cat(R"({"Label":)", JsonString(text), R"(,"LanguageCode":1033,"IsManaged":true,"MetadataId":)",
          MetadataId(Cat("label ", text)), R"(,"HasChanged":null})");
  return Cat(R"({"LocalizedLabels":[)", label, R"(],"UserLocalizedLabel":)", label, "}");
}

std::string DescribeOption(const Option& option, ColumnType type) {
  std::string text = Cat(R"({"Value":)", option.value, R"(,"Label":)", LabelOf(option.label));
  if (type == ColumnType::kStatus) Append(text, R"(,"State":)", option.state);
  return text + "}";
}

bool IsText(ColumnType type) { return type == ColumnType::kString || type == ColumnType::kMemo; }
bool IsNumber(ColumnType type) {
  return type == ColumnType::kInteger || type == ColumnType::kDecimal || type == ColumnType::kDouble ||
         type == ColumnType::kMoney;
}

void DescribeDerived(const Column& column, MetadataObject& object) {
  if (IsText(column.type)) object.emplace_back("MaxLength", Cat(column.max_length));
  if (IsNumber(column.type)) {
    object.emplace_back("MinValue", Cat(column.min));
    object.emplace_back("MaxValue", Cat(column.max));
    if (column.type != ColumnType::kInteger) object.emplace_back("Precision", Cat(column.precision));
  }
  if (column.type == ColumnType::kDateTime) {
    const bool date_only = column.behavior == DateTimeBehavior::kDateOnly;
    object.emplace_back("Format", date_only ? R"("DateOnly")" : R"("DateAndTime")");
    object.emplace_back("DateTimeBehavior", Cat(R"({"Value":)", JsonString(NameOf(column.behavior)), "}"));
  }
  if (IsLookup(column.type)) {
    std::string targets;
    for (const Navigation& navigation : column.navigations)
      Append(targets, targets.empty() ? "" : ",", JsonString(navigation.table));
    object.emplace_back("Targets", Cat("[", targets, "]"));
  }
}

}  // namespace

MetadataObject DescribeTable(const TableSchema& table) {
  return {{"MetadataId", MetadataId(Cat("table ", table.logical_name))},
          {"LogicalName", JsonString(table.logical_name)},
          {"SchemaName", JsonString(table.logical_name)},
          {"EntitySetName", JsonString(table.entity_set)},
          {"LogicalCollectionName", JsonString(table.entity_set)},
          {"ObjectTypeCode", Cat(table.object_type_code)},
          {"PrimaryIdAttribute", JsonString(table.primary_id)},
          {"PrimaryNameAttribute", JsonOrNull(table.primary_name)},
          {"ChangeTrackingEnabled", Json(table.change_tracking)},
          {"IsCustomEntity", Json(table.custom)},
          {"IsActivity", Json(table.activity)},
          {"Privileges", DescribePrivileges(table)},
          {"DisplayName", LabelOf(table.label)}};
}

std::string MetadataTypeOf(const Column& column) {
  const std::string_view name = column.type == ColumnType::kShadow ? std::string_view() : NameOf(column.type);
  return Cat(name, "AttributeMetadata");
}

MetadataObject DescribeColumn(const TableSchema& table, const Column& column, bool derived) {
  const bool is_virtual = column.type == ColumnType::kMultiSelect;
  MetadataObject object = {
      {"MetadataId", MetadataId(Cat("column ", table.logical_name, ".", column.name))},
      {"LogicalName", JsonString(column.name)},
      {"SchemaName", JsonString(column.name)},
      {"EntityLogicalName", JsonString(table.logical_name)},
      {"AttributeType", JsonString(is_virtual ? "Virtual" : NameOf(column.type))},
      {"AttributeTypeName", Cat(R"({"Value":)", JsonString(Cat(NameOf(column.type), "Type")), "}")},
      {"AttributeOf", JsonOrNull(column.attribute_of)},
      {"IsCustomAttribute", Json(column.name.find('_') != std::string::npos && !column.name.starts_with("address"))},
      {"IsPrimaryId", Json(column.source == Column::Source::kPrimaryId)},
      {"IsPrimaryName", Json(column.name == table.primary_name)},
      {"IsValidForRead", Json(column.readable)},
      {"IsValidForCreate", Json(column.creatable)},
      {"IsValidForUpdate", Json(column.updatable)},
      {"DisplayName", LabelOf(column.label)}};
  if (derived) DescribeDerived(column, object);
  return object;
}

MetadataObject DescribeOptions(const TableSchema& table, const Column& column) {
  const std::string name = Cat(table.logical_name, "_", column.name);
  MetadataObject object = {
      {"MetadataId", MetadataId(Cat("options ", name))},
      {"Name", JsonString(name)},
      {"IsGlobal", "false"},
      {"OptionSetType", JsonString(column.type == ColumnType::kMultiSelect ? "Picklist" : NameOf(column.type))}};
  if (column.type == ColumnType::kBoolean) {
    object.emplace_back("FalseOption", DescribeOption(column.options.front(), column.type));
    object.emplace_back("TrueOption", DescribeOption(column.options.back(), column.type));
    return object;
  }
  std::string options;
  for (const Option& option : column.options)
    Append(options, options.empty() ? "" : ",", DescribeOption(option, column.type));
  object.emplace_back("Options", Cat("[", options, "]"));
  return object;
}

}  // namespace causeway::sandbox::dataverse
