#include "services/sandbox/dataverse/metadata_filter.h"

#include <utility>
#include <vector>

namespace causeway::sandbox::dataverse {
namespace {

// The simple properties of tables and columns, as a table of which the metadata is a row.
TableSchema Properties() {
  TableSchema schema;
  schema.logical_name = "EntityMetadata";
  for (const char* name : {"LogicalName", "SchemaName", "EntitySetName", "LogicalCollectionName", "PrimaryIdAttribute",
                           "PrimaryNameAttribute", "EntityLogicalName", "AttributeType", "AttributeOf", "MetadataId"}) {
    Column column;
    column.name = name;
    schema.columns.push_back(column);
  }
  for (const char* name : {"ChangeTrackingEnabled", "IsCustomEntity", "IsActivity", "IsCustomAttribute", "IsPrimaryId",
                           "IsPrimaryName", "IsValidForRead", "IsValidForCreate", "IsValidForUpdate"}) {
    Column column;
    column.name = name;
    column.type = ColumnType::kBoolean;
    schema.columns.push_back(column);
  }
  Column code;
  code.name = "ObjectTypeCode";
  code.type = ColumnType::kInteger;
  schema.columns.push_back(code);
  return schema;
}

// The type of an enumeration's literal says nothing: Microsoft.Dynamics.CRM.AttributeTypeCode'String' is 'String'.
std::string WithoutEnumerations(std::string_view text) {
  constexpr std::string_view kType = "Microsoft.Dynamics.CRM.AttributeTypeCode'";
  std::string plain(text);
  for (size_t at = plain.find(kType); at != std::string::npos; at = plain.find(kType, at)) plain.erase(at, kType.size() - 1);
  return plain;
}

}  // namespace

std::variant<MetadataFilter, ODataError> MetadataFilter::Parse(std::string_view text) {
  MetadataFilter filter;
  if (text.empty()) return filter;
  auto parsed = ParseFilter(WithoutEnumerations(text), Properties());
  if (auto* error = std::get_if<ODataError>(&parsed)) return std::move(*error);
  filter.filter_ = std::get<std::unique_ptr<Filter>>(std::move(parsed));
  return filter;
}

bool MetadataFilter::Matches(const MetadataObject& object) const {
  if (filter_ == nullptr) return true;
  Version version;
  Table table(Properties(), version);
  std::vector<std::string_view> tokens(table.schema().columns.size());
  for (const auto& [name, value] : object) {
    const int column = table.schema().Find(name);
    if (column >= 0 && value != "null") tokens[static_cast<size_t>(column)] = value;
  }
  table.Insert(Guid(), PackedRow(tokens));
  return filter_->Matches(table, *table.At(0));
}

}  // namespace causeway::sandbox::dataverse
