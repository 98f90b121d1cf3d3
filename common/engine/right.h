// How long the right to send a request lasts (design.md "Zombies"). Pure.
#pragma once

#include "absl/time/time.h"

namespace causeway::engine {

// From the beginning of a commit that the group's coordinator accepted (committer.h), and from the beginning of a look at which run may
// work (run_fence.h); the shorter of both holds. Long enough for a commit and a look to come in time on a busy broker, short because
// each takeover and each stop of a replica that can't be heard waits for it.
inline constexpr absl::Duration kRightLasts = absl::Seconds(3);

}  // namespace causeway::engine
