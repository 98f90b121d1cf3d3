// Plan: a table mapping compiled against both schemas. Immutable; shared by a Mapper and the records that it made.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "causeway/v1/resources.pb.h"
#include "common/mapping/conversion.h"
#include "common/mapping/problem.h"
#include "common/mapping/schema.h"

namespace causeway::mapping {

// Bits, so that a body can hold several.
enum Group : unsigned { kUpdateGroup = 1, kInsertGroup = 2, kKeyGroup = 4 };

// One field mapping.
struct Leaf {
  Group group = kUpdateGroup;
  SourceColumn column;
  std::string target;           // location/city
  std::string json_path;        // "location/city": as it goes into the hash.
  int slot = 0;                 // Of RowReader: the value.
  int label_slot = -1;          // The display value; -1: not wanted.
  Converter convert = nullptr;  // Of the value, or of the display value where that is wanted.
  bool quoted = false;
  bool parses_text = false;  // Blanks around the text don't count, and empty text is null.
  int max_length = 0;        // 0: any.
  absl::TimeZone zone = absl::UTCTimeZone();
  std::string null_json = "null";  // What is written where there is nothing.
  // By the source value as text; the rendered JSON value.
  absl::flat_hash_map<std::string, std::string> replacements;
  absl::flat_hash_map<std::string, std::string> labels;  // By the picklist's value; several of kOther: a multi-select picklist.
};

// A member of the body: a field, or an object of fields.
struct Node {
  std::string json_name;  // "city":
  int leaf = -1;
  std::vector<Node> members;  // In order of their names.
};

class Plan {
 public:
  // Appends what is wrong; nullptr when something is. `zone`: for a mapping that names none.
  static std::shared_ptr<const Plan> Make(const v1::TableMapping& mapping, std::span<const SourceColumn> columns,
                                          std::span<const DestinationField> fields, const absl::TimeZone& zone,
                                          std::vector<Problem>& problems);

  std::vector<Leaf> leaves;  // By group, and by target within a group: the order of the hash.
  Node root;
  std::vector<std::string> slot_names;        // Members to read from a row.
  std::vector<std::string> required_columns;  // Of them, those to $select, sorted.
};

// Appends the JSON of a value. Not empty: why the field can't hold it ("is longer than the field's 30 characters").
std::string RenderValue(const Leaf& leaf, std::string_view text, std::string& scratch, std::string& out);

}  // namespace causeway::mapping
