// What a table's metadata says. Plain values; default_schema.h fills them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace causeway::sandbox::dataverse {

enum class ColumnType {
  kUniqueidentifier,
  kString,
  kMemo,
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
  kMultiSelect,  // AttributeType Virtual
  kLookup,
  kCustomer,
  kOwner,
  kEntityName,  // The table that a Customer or Lookup of several tables points to.
  kShadow,      // AttributeType Virtual, of another column: the label of a picklist, the name of a lookup.
};

// As AttributeType and as the name of the metadata type, without "AttributeMetadata" or "Type" behind it.
std::string_view NameOf(ColumnType type);
bool IsLookup(ColumnType type);
bool HasOptions(ColumnType type);  // Boolean among them.

enum class DateTimeBehavior { kUserLocal, kDateOnly, kTimeZoneIndependent };
std::string_view NameOf(DateTimeBehavior behavior);

struct Option {
  int64_t value = 0;
  std::string label;
  int64_t state = 0;  // Of a Status option: the state that it belongs to.
};

// How a lookup is set: {name}@odata.bind.
struct Navigation {
  std::string name;
  std::string table;  // Logical name of the table that it leads to.
};

struct Column {
  // Where its value comes from.
  enum class Source { kStored, kPrimaryId, kVersion, kFullName };

  std::string name;  // Logical name.
  ColumnType type = ColumnType::kString;
  std::string label;
  int max_length = 0;              // Of text, in characters.
  double min = -1e11, max = 1e11;  // Of numbers.
  int precision = 2;               // Of Decimal and Money: digits behind the point.
  DateTimeBehavior behavior = DateTimeBehavior::kUserLocal;
  std::vector<Option> options;
  std::vector<Navigation> navigations;  // Of lookups.
  std::string attribute_of;
  Source source = Source::kStored;
  bool readable = true, creatable = true, updatable = true;
  bool dropped = false;  // Schema drift: it is gone, its values stay.

  // As it travels: _parentcustomerid_value for a lookup.
  std::string wire_name() const { return IsLookup(type) ? "_" + name + "_value" : name; }
};

// Columns whose values no two rows may share: an alternate key, or what duplicate detection looks at when a request
// asks for it (MSCRM.SuppressDuplicateDetection: false).
struct UniqueRule {
  enum class Kind { kAlternateKey, kDuplicateDetection };
  Kind kind = Kind::kAlternateKey;
  std::string name;
  std::vector<std::string> columns;  // Logical names. A row that lacks one of the values is nobody's duplicate.
};

// A plug-in of the customer's, which refuses rows.
struct PlugIn {
  std::string column;  // Logical name; empty: whatever the row holds.
  std::string value;   // Refuses rows with this text in the column.
  std::string text;    // What it says.
};

// A table without it belongs to the organization as a whole.
constexpr char kOwnerColumn[] = "ownerid";

struct TableSchema {
  std::string logical_name;  // contact
  std::string entity_set;    // contacts
  std::string primary_id;    // contactid
  std::string primary_name;  // fullname
  std::string label;
  int object_type_code = 0;
  bool custom = false;
  bool activity = false;
  bool change_tracking = true;
  bool dropped = false;
  std::vector<Column> columns;  // At most 255, so that a row stays small.
  std::vector<UniqueRule> unique_rules;
  std::vector<PlugIn> plug_ins;

  // Of those that aren't dropped; -1: none.
  int Find(std::string_view logical_name) const;
  int FindWire(std::string_view wire_name) const;
  std::pair<int, const Navigation*> FindNavigation(std::string_view name) const;
};

}  // namespace causeway::sandbox::dataverse
