// Dice: the chance of the simulation's models. A few nanoseconds a draw (SplitMix64), and independent streams by seed,
// so that what one model draws doesn't shift what another one gets.
#pragma once

#include <cmath>
#include <cstdint>

#include "absl/time/time.h"

namespace causeway::simulation {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // 0 ≤ result < n; n > 0.
  uint64_t Below(uint64_t n) { return static_cast<uint64_t>((static_cast<unsigned __int128>(Next()) * n) >> 64); }

  // 0 ≤ result < 1.
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

  bool Chance(double probability) { return Unit() < probability; }

  absl::Duration Between(absl::Duration least, absl::Duration most) {
    const int64_t span = absl::ToInt64Nanoseconds(most - least);
    return span <= 0 ? least : least + absl::Nanoseconds(Below(static_cast<uint64_t>(span) + 1));
  }

  // Evenly spread over the orders of magnitude: most are short, a few long.
  absl::Duration LogBetween(absl::Duration least, absl::Duration most) {
    return least * std::exp(Unit() * std::log(absl::FDivDuration(most, least)));
  }

  // Time to the next of events that come at this mean distance.
  absl::Duration Exponential(absl::Duration mean) { return mean * -std::log(1.0 - Unit()); }

  // A stream of its own.
  Dice Split() { return Dice(Next()); }

 private:
  uint64_t state_;
};

}  // namespace causeway::simulation
