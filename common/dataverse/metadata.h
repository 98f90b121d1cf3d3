// What Dataverse's metadata says of tables and columns (spec/dynamics365.md "Metadata"). Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace causeway::dataverse {

struct Table {
  std::string logical_name;  // contact
  std::string entity_set;    // contacts: its name in URLs
  std::string primary_id;    // contactid
  std::string primary_name;  // fullname; may be empty
  std::string display_name;  // In the application user's language; may be empty.
  bool change_tracking = false;
  bool custom = false;
  bool activity = false;
};

struct Column {
  std::string logical_name;
  std::string type;  // AttributeType as the server spells it: String, Picklist, Lookup, Virtual …
  std::string display_name;
  // Set for shadows of another column (the name of a lookup): they are read with that one.
  std::string attribute_of;
  // Of a DateTime column: UserLocal, DateOnly or TimeZoneIndependent; empty otherwise.
  std::string date_time_behavior;
  bool primary_id = false;
  bool readable = false;
  bool creatable = false;
  bool updatable = false;
};

// A choice of a Picklist, State, Status, Boolean or multi-select column.
struct Option {
  int64_t value = 0;  // Of a Boolean: 0 and 1.
  std::string label;  // In the application user's language; may be empty.
};

// One privilege on a table. Tables may share theirs, as activities do.
struct Privilege {
  std::string type;  // Create, Read, Write, Delete, Append, AppendTo …
  std::string name;  // prvCreateActivity
  std::string id;
};

}  // namespace causeway::dataverse
