// What a Mapper needs to know of the two sides: the columns of the source table and the fields of the destination's
// resource. The clients fill these from the systems' metadata (spec/dynamics365.md "Metadata", spec/campaign.md "REST
// API").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "causeway/v1/resources.pb.h"

namespace causeway::mapping {

// Dataverse's AttributeType, as far as the conversion depends on it.
enum class ColumnType {
  kString,
  kMemo,
  kUniqueidentifier,
  kBoolean,
  kInteger,
  kBigInt,
  kDecimal,
  kDouble,
  kMoney,
  kDateTime,
  kPicklist,
  kState,
  kStatus,
  kLookup,
  kCustomer,
  kOwner,
  kOther,  // Virtual (multi-select picklists), EntityName, …: travels as text.
};

// From AttributeType's text ("Lookup"); kOther for one that isn't listed.
ColumnType ParseColumnType(absl::string_view attribute_type);
// The text that ParseColumnType takes.
absl::string_view Name(ColumnType type);

// Lookups don't come under their logical name but as _parentcustomerid_value.
bool IsLookup(ColumnType type);
// Columns whose values have a label: Picklist, State, Status, and multi-select picklists among kOther.
bool HasLabels(ColumnType type);

enum class DateTimeBehavior { kUserLocal, kTimeZoneIndependent, kDateOnly };

// One choice of a picklist, state or status.
struct Option {
  int64_t value = 0;
  std::string label;
};

// A column that can be read. Leave out what IsValidForRead says can't, and what is AttributeOf another column.
struct SourceColumn {
  std::string name;  // Logical name.
  ColumnType type = ColumnType::kString;
  DateTimeBehavior behavior = DateTimeBehavior::kUserLocal;  // Of kDateTime.
  bool primary_id = false;
  // As far as known; used where a row carries no label. Those of a column of kOther make it a multi-select picklist.
  std::vector<Option> options = {};
};

// A field that can be written.
struct DestinationField {
  std::string name;  // API name; nested ones by their path: location/city.
  v1::FieldType type = v1::FIELD_TYPE_STRING;
  int max_length = 0;  // Of strings, in characters (code points); 0: not known.
  // What Campaign holds where there is nothing ("none" of some enumerations); empty: null clears the field.
  std::string nothing = {};
};

}  // namespace causeway::mapping
