// What is wrong with a table mapping: all problems at once, for BadRequest (field violations) and for FAILED (schema
// drift, I17).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "causeway/v1/resources.pb.h"
#include "common/errors/codes.h"

namespace causeway::mapping {

struct Problem {
  std::string field;   // Path within TableMapping: fields[3].source_column.
  errors::Code code;   // CW-DYN-COLUMN, CW-CAM-FIELD or CW-MAP-INVALID.
  std::string reason;  // One sentence that names the column or field.
  // What the sentence names, where others may be said the same of: they become one sentence with a list.
  std::string name = {};
};

// The checks that need no schema: names given, one mapping a field (I6), key mapped, no field inside another that is
// mapped itself, no field that Campaign computes, replacements that can't apply, a time zone that exists. In the order of the fields.
std::vector<Problem> CheckDefinition(const v1::TableMapping& mapping);

// OK without problems; else one workflow error of all: the first one's code, every reason once, the source table as subject.
absl::Status ToStatus(std::span<const Problem> problems, absl::string_view source_table);

}  // namespace causeway::mapping
