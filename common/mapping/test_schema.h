// The schemas and builders that the mapping's tests and benchmark share.
#pragma once

#include <string>
#include <vector>

#include "common/mapping/mapper.h"

namespace causeway::mapping::test {

// Columns of contact, one at least of every type.
std::vector<SourceColumn> ContactColumns();
// Fields of profile: those of the default mapping, and one of every type ("cusDate", …).
std::vector<DestinationField> ProfileFields();

// contactid → externalId, to which `Add` adds.
v1::TableMapping KeyOnly();
v1::FieldMapping& Add(v1::TableMapping& mapping, const std::string& column, const std::string& field);

// A row of contact as Dynamics 365 sends it, with all columns of the default mapping.
std::string SampleRow();

}  // namespace causeway::mapping::test
