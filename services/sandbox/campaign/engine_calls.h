// What customers pay for (spec/campaign.md "Engine calls"). Plain values.
#pragma once

#include <cstdint>

namespace causeway::sandbox::campaign {

// Requests that the gateway let through, by what they asked for.
struct EngineCalls {
  int64_t inserts = 0;
  int64_t updates = 0;
  int64_t deletes = 0;
  int64_t lookups = 0;  // By a filter, or one entity.
  int64_t lists = 0;
  int64_t metadata = 0;
  int64_t refused = 0;     // Answered with an error: of all these, and of unknown resources and methods.
  int64_t duplicates = 0;  // Of those, inserts of a key that was there.
};

}  // namespace causeway::sandbox::campaign
