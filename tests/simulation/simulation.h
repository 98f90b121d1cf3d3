// Simulation: one simulated clock and the queue of everything that will happen under it.
//
// Life: construct with a seed, put events in, Step or RunUntil; the time jumps from event to event, so that a minute of
// the world costs milliseconds. Events of the same instant run in an order drawn from the seed. One thread. Nothing
// here or in what runs under it reads another clock or another source of chance, so a seed gives the same history
// again, event by event.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "tests/simulation/dice.h"

namespace causeway::simulation {

using async::Instant;

class Simulation {
 public:
  using EventId = uint64_t;  // 0 is never an event's id.

  explicit Simulation(uint64_t seed) : dice_(seed) {}
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  Instant Now() const { return absl::Nanoseconds(now_); }
  // The calendar of the outside systems; processes have clocks of their own that may be wrong.
  absl::Time TrueTime() const;

  EventId At(Instant when, std::function<void()> work);
  EventId After(absl::Duration delay, std::function<void()> work) { return At(Now() + delay, std::move(work)); }
  // No-op for an event that has happened.
  void Cancel(EventId event);

  // The next event; false when there is none.
  bool Step();
  // Everything up to and including `when`.
  void RunUntil(Instant when);

  Dice& dice() { return dice_; }

  // How many events have happened, and a hash of their times and order: equal for equal histories.
  uint64_t events() const { return events_; }
  uint64_t fingerprint() const { return fingerprint_; }

  // With a sink, what happens is told in lines for people. Ask tracing() before building a line.
  void TraceTo(std::function<void(Instant, absl::string_view)> sink) { trace_ = std::move(sink); }
  bool tracing() const { return static_cast<bool>(trace_); }
  void Trace(absl::string_view line) const {
    if (trace_) trace_(Now(), line);
  }

 private:
  struct Entry {
    int64_t time;
    uint64_t tie;
    uint32_t slot;
    uint32_t generation;
  };
  struct Slot {
    std::function<void()> work;
    uint32_t generation = 0;
  };
  static bool Later(const Entry& a, const Entry& b) { return a.time != b.time ? a.time > b.time : a.tie > b.tie; }
  std::function<void()> Pop();

  int64_t now_ = 0;
  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  Dice dice_;
  uint64_t events_ = 0;
  uint64_t fingerprint_ = 0;
  std::function<void(Instant, absl::string_view)> trace_;
};

}  // namespace causeway::simulation
