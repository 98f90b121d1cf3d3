// Compares what both sides hold, record by record.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/sandbox/world.h"

namespace causeway::sandbox {

struct Comparison {
  int64_t compared = 0;   // Contacts, or events.
  int64_t different = 0;  // All of the following.
  int64_t missing = 0;    // Contacts without a profile; events without an activity.
  int64_t changed = 0;    // Profiles or activities with another value.
  int64_t extra = 0;      // Profiles with an external id that no contact has; activities that no event explains.
  int64_t doubled = 0;    // Profiles that share a contact; activities that share an event.
  std::vector<std::string> examples;  // At most ten.

  // One more difference, of that kind.
  void Note(int64_t Comparison::*kind, std::string example);
};

// Every contact has exactly one profile with its values (product.md I1, I3), and no other profile has an external id.
Comparison CompareProfiles(World& world);

}  // namespace causeway::sandbox
