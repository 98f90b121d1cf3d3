// Schedule: one seed's history from beginning to end: both systems are filled, the workflow started, people work and
// faults strike; then the faults cease and everything has to come right.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/mutations/mutation.h"
#include "tests/simulation/plan.h"

namespace causeway::simulation {

struct ScheduleOptions {
  uint64_t seed = 0;
  Mutation mutation;
  // Kinds of faults that are there though they wait for a mend.
  std::set<Fault> also;
  // Shrinking: kinds and numbers of faults that are left out.
  std::set<Fault> without;
  std::vector<bool> left_out;
  std::function<void(async::Instant, absl::string_view)> trace;
};

// More than there are combinations of what a workflow shows.
inline constexpr size_t kStates = 2048;

struct ScheduleResult {
  std::optional<std::string> violation;
  absl::Duration simulated;
  uint64_t events = 0;
  uint64_t fingerprint = 0;
  uint64_t faults = 0;  // How many have struck.
  std::array<uint64_t, kFaultKinds> faults_by_kind{};
  std::bitset<kStates> states;  // What the workflow showed of itself, second by second.
  int64_t engine_calls = 0;
};

ScheduleResult RunSchedule(const ScheduleOptions& options);

}  // namespace causeway::simulation
