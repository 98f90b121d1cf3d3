// ShownBacklog: whether the backlog that is shown was true when it was observed. Both of its sides, records ever queued
// and records ever finished, only grow, so what they were at two moments bounds what they were between.
//
// Life: every tick Sample what the broker has, then perhaps Show what was observed since the tick before; Check.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class ShownBacklog {
 public:
  // Of what is finished the broker may say a lower and an upper bound.
  void Sample(Instant now, int64_t queued, int64_t least_finished, int64_t most_finished) {
    samples_.push_back({now, queued, least_finished, most_finished});
  }
  // `records` were shown, observed between the two moments.
  void Show(Instant after, Instant until, int64_t records) { shown_.push_back({after, until, records}); }
  // What is wrong about what was shown; empty: nothing, so far.
  std::string Check();

 private:
  struct Counts {
    Instant at;
    int64_t queued = 0;
    int64_t least_finished = 0;
    int64_t most_finished = 0;
  };
  struct Shown {
    Instant after;
    Instant until;
    int64_t records;
  };

  // The last sample up to that moment.
  Counts Before(Instant moment) const;

  std::deque<Counts> samples_;
  std::deque<Shown> shown_;
};

}  // namespace causeway::simulation
