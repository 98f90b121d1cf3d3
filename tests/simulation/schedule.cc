#include "tests/simulation/schedule.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/mailing.h"
#include "tests/simulation/people.h"
#include "tests/simulation/storm.h"
#include "tests/simulation/world.h"

namespace causeway::simulation {
namespace {

constexpr absl::Duration kTick = absl::Seconds(1);
// Everything has come right when it has stayed so for this long.
constexpr absl::Duration kStays = absl::Seconds(5);
// Longer than every time-out and backoff, one after the other.
constexpr absl::Duration kPatience = absl::Minutes(20);
// A process that spins makes events without end.
constexpr uint64_t kMostEvents = 5'000'000;

// A number for what the workflow shows of itself: the status, whether changes are pending, how many replicas there are,
// whether one reads, whether it is stopping, stalled, degraded, being read again.
size_t StateOf(const v1::Workflow& workflow) {
  size_t state = static_cast<size_t>(workflow.status());
  const auto add = [&state](bool holds) { state = 2 * state + (holds ? 1 : 0); };
  add(workflow.pending_changes());
  state = 4 * state + std::min(3, workflow.replicas_size());
  add(std::any_of(workflow.replicas().begin(), workflow.replicas().end(),
                  [](const v1::Replica& replica) { return replica.reader(); }));
  for (const char* type : {"Stopping", "Stalled", "Degraded", "Rereading"}) {
    add(std::any_of(workflow.conditions().begin(), workflow.conditions().end(),
                    [type](const v1::Condition& condition) { return condition.type() == type; }));
  }
  return state;
}

class Run {
 public:
  explicit Run(const ScheduleOptions& options, const Plan& plan)
      : world_(plan, options.mutation),
        mailing_(world_.plan, world_.simulation, world_.journal, world_.activities),
        invariants_(world_, mailing_),
        people_(world_),
        storm_(world_, mailing_) {
    world_.faults.LeaveOut(options.left_out);
    if (!options.trace) return;
    world_.simulation.TraceTo(options.trace);
    world_.faults.TellTo([this](Fault kind) { world_.simulation.Trace(absl::StrCat("FAULT ", NameOf(kind))); });
  }

  ScheduleResult Play() {
    world_.plan.egress ? mailing_.Fill() : people_.FillSystems();
    world_.Begin();
    storm_.Unleash();
    world_.plan.egress ? mailing_.Work() : people_.Work();
    while (Goes() && world_.simulation.Now() < world_.plan.storm) Tick();
    people_.GoHome();
    mailing_.GoHome();
    storm_.Calm();
    const Instant limit = world_.simulation.Now() + kPatience;
    Instant settled_since = world_.simulation.Now();
    while (Goes() && world_.simulation.Now() < limit && world_.simulation.Now() - settled_since < kStays) {
      Tick();
      if (!invariants_.Settled()) settled_since = world_.simulation.Now();
    }
    if (Goes()) invariants_.Finally();
    return Result();
  }

 private:
  bool Goes() const { return !invariants_.violated().has_value() && world_.simulation.events() < kMostEvents; }

  void Tick() {
    world_.simulation.RunUntil(world_.simulation.Now() + kTick);
    invariants_.Tick();
    if (invariants_.workflow().has_value()) result_.states.set(StateOf(*invariants_.workflow()));
  }

  ScheduleResult Result() {
    result_.violation = invariants_.violated();
    if (world_.simulation.events() >= kMostEvents) result_.violation = "a process spins";
    result_.simulated = world_.simulation.Now();
    result_.events = world_.simulation.events();
    result_.fingerprint = world_.simulation.fingerprint();
    result_.faults = world_.faults.struck();
    result_.faults_by_kind = world_.faults.counts();
    result_.engine_calls = world_.campaign.engine_calls();
    return result_;
  }

  World world_;
  Mailing mailing_;
  Invariants invariants_;
  People people_;
  Storm storm_;
  ScheduleResult result_;
};

}  // namespace

ScheduleResult RunSchedule(const ScheduleOptions& options) {
  Plan plan = DrawPlan(options.seed, options.also);
  for (const Fault kind : options.without) plan.rates[static_cast<size_t>(kind)] = 0;
  return Run(options, plan).Play();
}

}  // namespace causeway::simulation
