// Tables and columns as objects of JSON, property by property.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/sandbox/dataverse/schema.h"

namespace causeway::sandbox::dataverse {

// Names and values (JSON), in the order in which they are written.
using MetadataObject = std::vector<std::pair<std::string_view, std::string>>;

// Of EntityMetadata.
MetadataObject DescribeTable(const TableSchema& table);
// Of AttributeMetadata; `derived`: also what only the column's own metadata type has, without its sets of options.
MetadataObject DescribeColumn(const TableSchema& table, const Column& column, bool derived);
// The set of options of a column that has options.
MetadataObject DescribeOptions(const TableSchema& table, const Column& column);

// StringAttributeMetadata, …
std::string MetadataTypeOf(const Column& column);

}  // namespace causeway::sandbox::dataverse
