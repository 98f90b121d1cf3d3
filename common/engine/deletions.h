// What is deleted at the end of a pass over a table, and what waits for a person's word. Pure.
//
// A pass that finds fewer rows than before deletes the rest. It finds fewer for other reasons too: a privilege that was reduced, another
// environment behind the same name, a restored copy. So what is beyond a share of the table is not deleted before it is confirmed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "causeway/v1/record.pb.h"

namespace causeway::engine {

// What all partitions together counted at the end of a pass.
struct PassCount {
  int64_t gone = 0;   // Written once and not seen in the pass.
  int64_t known = 0;  // Those included.
  // A row was read whose id can't be told: what was not seen may be that row.
  bool unidentified = false;
};

// Nothing, until each of the partitions has counted this pass.
std::optional<PassCount> CountOf(const std::map<int32_t, v1::GoneCheckpoint>& counted, int64_t pass, int32_t partitions);

struct DeletionLimits {
  int max_percent = 10;      // Of what is known; 100: any number.
  int64_t max_records = 100;  // As many always.
};

// Empty: they may be deleted. Otherwise why not, as a sentence for people.
std::string WhyHeld(absl::string_view table, const PassCount& count, const DeletionLimits& limits);

}  // namespace causeway::engine
