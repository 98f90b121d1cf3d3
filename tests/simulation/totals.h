// Totals: what many schedules did, added up for the summary.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tests/simulation/schedule.h"

namespace causeway::simulation {

struct Totals {
  void Add(const ScheduleResult& result);
  void Add(const Totals& other);
  // Several lines: schedules, simulated time, faults by kind, states covered.
  std::string Describe() const;

  int64_t passed = 0;
  int64_t failed = 0;
  absl::Duration simulated;
  uint64_t events = 0;
  int64_t engine_calls = 0;
  std::array<uint64_t, kFaultKinds> faults{};
  // Schedules in which the kind struck at least once.
  std::array<uint64_t, kFaultKinds> schedules_with{};
  std::bitset<kStates> states;
};

}  // namespace causeway::simulation
