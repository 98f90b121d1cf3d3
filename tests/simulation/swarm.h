// Swarm: runs schedules of successive seeds on several threads. Schedules share nothing, so a thread each is all it
// takes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "tests/simulation/mutations/mutation.h"
#include "tests/simulation/totals.h"

namespace causeway::simulation {

struct SwarmOptions {
  uint64_t first_seed = 1;
  int64_t schedules = 10'000;
  absl::Duration limit = absl::InfiniteDuration();  // Of real time.
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  Mutation mutation;
  std::set<Fault> also;  // ScheduleOptions::also.
  int64_t stop_after_failures = 20;
  // Every so many schedules one is run again: an equal seed must give an equal history. 0: never.
  int64_t verify_every = 100;
  // Called for each failing seed, by one thread at a time.
  std::function<void(uint64_t seed, const std::string& violation)> on_failure;
};

// Ends early on SIGINT and SIGTERM.
Totals RunSwarm(const SwarmOptions& options);

}  // namespace causeway::simulation
