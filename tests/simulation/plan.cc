#include "tests/simulation/plan.h"

#include <algorithm>

#include "tests/simulation/dice.h"

namespace causeway::simulation {

bool Plan::quiet() const {
  return std::all_of(rates.begin(), rates.end(), [](double rate) { return rate == 0; });
}

Plan DrawPlan(uint64_t seed, const std::set<Fault>& also) {
  Dice dice(seed ^ 0x706c616e);
  Plan plan;
  plan.seed = seed;
  plan.rows = 1 + static_cast<int>(dice.Below(40));
  plan.rows_by_hand = dice.Chance(0.3) ? static_cast<int>(dice.Below(12)) : 0;
  plan.replicas = 1 + static_cast<int>(dice.Below(3));
  plan.partitions = 1 + static_cast<int>(dice.Below(4));
  plan.page_size = 1 + static_cast<int>(dice.Below(15));
  plan.poll_interval = dice.LogBetween(absl::Milliseconds(200), absl::Seconds(3));
  plan.storm = dice.Between(absl::Seconds(10), absl::Seconds(70));
  plan.change_every = dice.LogBetween(absl::Milliseconds(200), absl::Seconds(5));
  // Some schedules have no faults: what must hold then is stricter.
  if (!dice.Chance(0.03)) plan.rates = DrawRates(dice.Next(), also);
  plan.egress = dice.Chance(0.3);
  plan.token_life = dice.LogBetween(absl::Minutes(1), absl::Hours(1));
  plan.names_repeat = dice.Chance(0.25);
  plan.unique_keys = dice.Chance(0.5);
  // Where no pass misses rows, as much as passes find is let go.
  const bool passes_miss = plan.rates[static_cast<size_t>(Fault::kRowsHidden)] > 0 ||
                           plan.rates[static_cast<size_t>(Fault::kRestore)] > 0;
  plan.max_deletion_percent = passes_miss ? 1 + static_cast<int>(dice.Below(dice.Chance(0.2) ? 100 : 20)) : 100;
  plan.max_deletions = static_cast<int>(dice.Below(4));
  // A whole number of seconds, as people set it.
  plan.landing_margin = absl::Seconds(dice.Below(dice.Chance(0.5) ? 4 : 20));
  // From less than a record to more than a schedule ever queues: a record has about two hundred bytes.
  plan.max_queued_bytes = dice.Chance(0.4) ? int64_t{1} << dice.Below(14) : int64_t{1} << 30;
  if (!plan.egress && dice.Chance(0.15)) plan.neighbour_rows = 1 + static_cast<int>(dice.Below(4));
  if (!plan.egress && dice.Chance(0.3)) plan.tables = 2;
  return plan;
}

}  // namespace causeway::simulation
