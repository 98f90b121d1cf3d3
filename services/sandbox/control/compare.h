// Compares what both sides hold, record by record.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/sandbox/control/table_mapping.h"
#include "services/sandbox/world.h"

namespace causeway::sandbox {

struct Comparison {
  int64_t compared = 0;   // Rows, or events.
  int64_t different = 0;  // All of the following.
  int64_t missing = 0;    // Rows without a record; events without an activity.
  int64_t changed = 0;    // Records or activities with another value.
  int64_t extra = 0;      // Records with a key that no row has; activities that no event explains.
  int64_t doubled = 0;    // Records that share a row; activities that share an event.
  std::vector<std::string> examples;  // At most ten.

  // One more difference, of that kind.
  void Note(int64_t Comparison::*kind, std::string example);
};

// Every row of the table has exactly one record with its values (product.md I1, I3), and no other record has a key.
// Adds what is found to `comparison`. std::invalid_argument: the mapping's time zone is unknown.
void CompareTable(const TableMapping& mapping, const dataverse::Table& table, const campaign::Entities& records,
                  Comparison& comparison);

}  // namespace causeway::sandbox
