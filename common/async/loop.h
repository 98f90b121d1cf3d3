// Loop: the one thread, the clock and the timers that asynchronous code sees of the world.
//
// In production it is an IoLoop (Asio); in tests/simulation it is a model under a simulated clock. Code on a Loop never
// blocks and never reads another clock.
#pragma once

#include <cstdint>
#include <functional>
#include <random>

#include "absl/time/time.h"

namespace causeway::async {

// Time since an arbitrary point before the process started. Never goes back; unaffected by changes of the system clock.
using Instant = absl::Duration;

// Handed in wherever chance is needed (jitter, ids), so that a seed reproduces a run.
using Random = std::mt19937_64;

class Loop {
 public:
  using TimerId = uint64_t;  // 0 is never a timer's id.

  virtual ~Loop() = default;

  // Runs `work` on the loop's thread, after what is running now, in the order of the calls. Callable from any thread.
  virtual void Post(std::function<void()> work) = 0;

  // The rest is for the loop's thread only.
  virtual Instant Now() const = 0;
  // The calendar's time, for records and people. May jump; never used to measure.
  virtual absl::Time WallTime() const = 0;
  virtual TimerId At(Instant when, std::function<void()> work) = 0;
  // No-op for a timer that has fired.
  virtual void Cancel(TimerId timer) = 0;
};

}  // namespace causeway::async
