// The simulation's runner; docs/simulation.md says how to use it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/swarm.h"

namespace causeway::simulation {
namespace {

constexpr int kShrinkTries = 300;

ScheduleOptions ScheduleOf(uint64_t seed, const SwarmOptions& swarm) {
  ScheduleOptions options;
  options.seed = seed;
  options.mutation = swarm.mutation;
  options.also = swarm.also;
  return options;
}

// Says which faults a failing seed needs.
void TellShrunk(uint64_t seed, const SwarmOptions& swarm) {
  ScheduleOptions options = ScheduleOf(seed, swarm);
  const ScheduleOptions shrunk = Shrink(options, kShrinkTries);
  const ScheduleResult result = RunSchedule(shrunk);
  std::string needed;
  for (size_t kind = 0; kind < kFaultKinds; ++kind) {
    if (result.faults_by_kind[kind] == 0) continue;
    absl::StrAppend(&needed, needed.empty() ? "" : ", ", result.faults_by_kind[kind], " × ",
                    NameOf(static_cast<Fault>(kind)));
  }
  absl::PrintF("seed %d fails with no more than: %s\n", seed, needed.empty() ? "no fault" : needed);
}

int Replay(uint64_t seed, bool shrink, const SwarmOptions& swarm) {
  ScheduleOptions options = ScheduleOf(seed, swarm);
  if (shrink && RunSchedule(options).violation.has_value()) options = Shrink(options, kShrinkTries);
  options.trace = [](async::Instant now, absl::string_view line) {
    absl::PrintF("%10.6f  %s\n", absl::ToDoubleSeconds(now), line);
  };
  const ScheduleResult result = RunSchedule(options);
  absl::PrintF("\nseed %d: %s\n", seed, result.violation.value_or("passed"));
  absl::PrintF("%d passed, %d failed\n", result.violation ? 0 : 1, result.violation ? 1 : 0);
  return result.violation.has_value() ? 1 : 0;
}

bool Proves(const Mutation::Named& named, absl::string_view violation) {
  return std::any_of(named.found_as.begin(), named.found_as.end(),
                     [&](absl::string_view proof) { return absl::StrContains(violation, proof); });
}

// The table of deliberate mistakes and how many schedules each took to be found.
int FindMutations(SwarmOptions options) {
  int found = 0, missed = 0;
  absl::PrintF("%-44s %10s  %s\n", "mutation", "schedules", "found as");
  for (const Mutation::Named& named : Mutation::All()) {
    options.mutation = Mutation(named.mistake);
    options.stop_after_failures = 1;
    options.verify_every = 0;
    uint64_t first = 0;
    std::string violation;
    options.on_failure = [&](uint64_t seed, const std::string& what) {
      if (!violation.empty() && seed > first) return;
      first = seed;
      violation = what;
    };
    const Totals totals = RunSwarm(options);
    const bool as_it_should = Proves(named, violation);
    ++(as_it_should ? found : missed);
    absl::PrintF("%-44s %10d  %s%s\n", named.name, totals.passed + totals.failed,
                 as_it_should ? "" : "NOT FOUND, BUT: ", violation);
    std::fflush(stdout);
  }
  absl::PrintF("%d passed, %d failed\n", found, missed);
  return missed == 0 ? 0 : 1;
}

int Run(SwarmOptions options, bool shrink) {
  options.on_failure = [&](uint64_t seed, const std::string& violation) {
    absl::PrintF("seed %d: %s\n", seed, violation);
    if (shrink) TellShrunk(seed, options);
    std::fflush(stdout);
  };
  const absl::Time begun = absl::Now();
  const Totals totals = RunSwarm(options);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begun);
  absl::PrintF("%s%.1f s, %.0f schedules a second\n", totals.Describe(), seconds,
               (totals.passed + totals.failed) / seconds);
  absl::PrintF("%d passed, %d failed\n", totals.passed, totals.failed);
  return totals.failed == 0 ? 0 : 1;
}

int Refuse(absl::string_view why) {
  std::fprintf(stderr, "simulation: %s\n", std::string(why).c_str());
  return 2;
}

int Main(int argc, char** argv) {
  CLI::App app("Plays the engine through seeded schedules of faults in a simulated world.");
  SwarmOptions options;
  uint64_t seed = 0;
  double seconds = 0;
  bool shrink = false, forever = false, mutations = false;
  std::string mutation;
  std::vector<std::string> also;
  app.add_option("--schedules", options.schedules, "How many schedules to run")->capture_default_str();
  app.add_option("--first-seed", options.first_seed, "Seed of the first schedule; the others follow")
      ->capture_default_str();
  app.add_option("--seed", seed, "Run this one schedule with a trace");
  app.add_option("--jobs,--threads", options.threads, "Schedules at once")->capture_default_str();
  app.add_option("--seconds", seconds, "Stop after this time");
  app.add_option("--stop-after", options.stop_after_failures, "Stop after so many failing seeds")
      ->capture_default_str();
  app.add_option("--mutation", mutation, "Make this deliberate mistake (see --mutations)");
  app.add_option("--with", also, "Let these kinds of faults strike too, though they wait for the mend of what they find");
  app.add_flag("--shrink", shrink, "Look for the fewest faults that a failing seed needs");
  app.add_flag("--forever", forever, "Run until stopped, with a new first seed each time; failing seeds are shrunk");
  app.add_flag("--mutations", mutations, "Make every deliberate mistake in turn; each has to be found");
  CLI11_PARSE(app, argc, argv);

  for (const std::string& name : also) {
    const std::optional<Fault> kind = FaultNamed(name);
    if (!kind.has_value()) return Refuse(absl::StrCat("no such kind of fault: ", name));
    options.also.insert(*kind);
  }
  if (app.count("--mutation") > 0) {
    const Mutation::Named* named = Mutation::Find(mutation);
    if (named == nullptr) return Refuse(absl::StrCat("no such mutation: ", mutation, "; --mutations lists them"));
    options.mutation = Mutation(named->mistake);
  }
  if (app.count("--seed") > 0) return Replay(seed, shrink, options);
  if (mutations) return FindMutations(options);
  if (seconds > 0) options.limit = absl::Seconds(seconds);
  if (forever) {
    options.first_seed = static_cast<uint64_t>(absl::ToUnixSeconds(absl::Now())) * 1'000'000;
    options.schedules = std::numeric_limits<int64_t>::max();
    options.stop_after_failures = std::numeric_limits<int64_t>::max();
    shrink = true;
  }
  return Run(std::move(options), shrink);
}

}  // namespace
}  // namespace causeway::simulation

int main(int argc, char** argv) { return causeway::simulation::Main(argc, argv); }
