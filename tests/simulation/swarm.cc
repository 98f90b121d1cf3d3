#include "tests/simulation/swarm.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <thread>

#include "absl/time/clock.h"

namespace causeway::simulation {
namespace {

thread_local uint64_t running_seed = 0;

// A crash of the code under test says which seed it was.
void OnCrash(int signal) {
  char text[64];
  const int length =
      std::snprintf(text, sizeof(text), "CRASH in schedule %llu\n", static_cast<unsigned long long>(running_seed));
  if (write(STDERR_FILENO, text, static_cast<size_t>(length)) < 0) _exit(3);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

volatile std::sig_atomic_t stopped = 0;

// Whoever stops a swarm wants to know what it did so far.
void OnStop(int) { stopped = 1; }

ScheduleResult RunSeed(const SwarmOptions& options, uint64_t seed, bool verify) {
  running_seed = seed;
  ScheduleOptions schedule;
  schedule.seed = seed;
  schedule.mutation = options.mutation;
  schedule.also = options.also;
  ScheduleResult result = RunSchedule(schedule);
  if (verify && !result.violation.has_value() && RunSchedule(schedule).fingerprint != result.fingerprint) {
    result.violation = "the seed gives another history when it is run again";
  }
  return result;
}

}  // namespace

Totals RunSwarm(const SwarmOptions& options) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, OnCrash);
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, OnStop);
  const absl::Time end = absl::Now() + options.limit;
  std::atomic<int64_t> next = 0, failures = 0;
  std::mutex mutex;
  Totals totals;
  const auto work = [&] {
    Totals mine;
    while (stopped == 0 && failures < options.stop_after_failures && absl::Now() < end) {
      const int64_t number = next++;
      if (number >= options.schedules) break;
      const uint64_t seed = options.first_seed + static_cast<uint64_t>(number);
      const bool verify = options.verify_every > 0 && number % options.verify_every == 0;
      const ScheduleResult result = RunSeed(options, seed, verify);
      mine.Add(result);
      if (!result.violation.has_value()) continue;
      ++failures;
      const std::lock_guard lock(mutex);
      if (options.on_failure) options.on_failure(seed, *result.violation);
    }
    const std::lock_guard lock(mutex);
    totals.Add(mine);
  };
  std::vector<std::thread> threads;
  for (int thread = 1; thread < options.threads; ++thread) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return totals;
}

}  // namespace causeway::simulation
