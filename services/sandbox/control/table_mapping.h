// A table mapping as a definition has it, for comparisons: which column becomes which field, and how.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace causeway::sandbox {

struct FieldMapping {
  std::string column;  // Logical name.
  std::string field;   // API name; location/city.
  std::string type;    // string, integer, float, double, boolean, date, datetime; empty: the field's own.
  bool insert_only = false;
  std::vector<std::pair<std::string, std::string>> replacements = {};  // From an empty text: null.
};

struct TableMapping {
  std::string table = "contact";
  std::string resource = "profile";
  std::string key = "externalId";
  bool display_values = false;  // Of picklists, instead of their numbers.
  std::string time_zone = "UTC";  // IANA name: where a point in time becomes a day.
  std::vector<FieldMapping> fields;
};

// What deploy/local/example.yaml says of contacts.
TableMapping DefaultMapping();

// Of the members that a definition or the API has (source_table or sourceTable, …). std::invalid_argument: one is wrong.
TableMapping ReadMapping(const boost::json::object& mapping);

}  // namespace causeway::sandbox
