// Pulse: proof that a loop turns. Pure.
//
// The loop says at every turn by when it will turn again: soon while it waits, the request's deadline while it asks a slow
// system. As long as it keeps its word a report renews its lease; a loop that hangs breaks it, and its lease lapses
// (design.md "Control"). There is no timer that renews a lease.
#pragma once

#include <cstdint>

#include "common/async/loop.h"

namespace causeway::engine {

class Pulse {
 public:
  // Turns now; the next turn comes before `due`.
  void Turn(async::Instant due) {
    due_ = due;
    ++turns_;
  }
  bool Alive(async::Instant now) const { return turns_ > 0 && now <= due_; }
  int64_t turns() const { return turns_; }

 private:
  async::Instant due_;
  int64_t turns_ = 0;
};

// Slack that a loop has beyond what it waits for, for being scheduled and for parsing what came.
inline constexpr absl::Duration kPulseSlack = absl::Seconds(5);

}  // namespace causeway::engine
