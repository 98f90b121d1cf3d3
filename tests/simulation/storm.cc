#include "tests/simulation/storm.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

void Storm::Plan(Fault kind, std::function<void(Dice&)> strike) {
  Dice& dice = world_.faults.dice(kind);
  // Expected: the rate.
  double expected = world_.faults.rate(kind);
  while (expected > 0 && dice.Chance(std::min(1.0, expected))) {
    expected -= dice.Unit();
    world_.simulation.After(dice.Between(absl::ZeroDuration(), world_.plan.storm), [this, kind, strike] {
      if (world_.faults.Happens(kind)) strike(world_.faults.dice(kind));
    });
  }
}

Process& Storm::AnyReplica(Dice& dice) { return *world_.replicas()[dice.Below(world_.replicas().size())]; }

Process& Storm::AnyProcess(Dice& dice) { return dice.Chance(0.15) ? world_.controller() : AnyReplica(dice); }

void Storm::Say(absl::string_view what) { world_.simulation.Trace(absl::StrCat("FAULT ", what)); }

void Storm::Unleash() {
  Plan(Fault::kKill, [this](Dice& dice) { Kill(AnyProcess(dice), dice, absl::Seconds(20)); });
  Plan(Fault::kPause, [this](Dice& dice) { Pause(dice); });
  Plan(Fault::kPartition, [this](Dice& dice) { Partition(dice); });
  Plan(Fault::kClockJump, [this](Dice& dice) { JumpClock(dice); });
  Plan(Fault::kBrokerDown, [this](Dice& dice) { BreakBroker(dice); });
  Plan(Fault::kCoordinatorMoves, [this](Dice& dice) {
    world_.kafka.MoveCoordinators(dice.LogBetween(absl::Milliseconds(20), absl::Seconds(4)));
  });
  Plan(Fault::kCompaction, [this](Dice&) { world_.kafka.Compact(); });
  Plan(Fault::kOffsetsExpire, [this](Dice&) { world_.kafka.ExpireOffsets(); });
  Plan(Fault::kPositionExpired, [this](Dice& dice) {
    Say("positions expire");
    world_.dataverse.ExpireDeltaLinks();
    mailing_.DropSome(dice);
  });
  Plan(Fault::kControllerAway, [this](Dice& dice) { Kill(world_.controller(), dice, absl::Seconds(40)); });
  Plan(Fault::kStop, [this](Dice& dice) { StopForAWhile(dice); });
  Plan(Fault::kEdit, [this](Dice&) {
    Say("edit");
    ++world_.wishes.edits;
  });
  Plan(Fault::kScale, [this](Dice& dice) { Scale(dice); });
}

void Storm::Kill(Process& process, Dice& dice, absl::Duration most) {
  if (!process.alive()) return;
  Say(absl::StrCat("kill -9 of ", process.name()));
  process.Kill();
  if (dice.Chance(0.1) && &process != &world_.controller()) world_.WipeStore(process);
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(50), most), [&process] { process.Start(); });
}

void Storm::Pause(Dice& dice) {
  Process& process = AnyProcess(dice);
  const absl::Duration lasts = dice.LogBetween(absl::Milliseconds(500), absl::Seconds(45));
  Say(absl::StrCat("pause of ", process.name(), ", ", absl::FormatDuration(lasts)));
  process.Pause();
  world_.simulation.After(lasts, [&process] { process.Resume(); });
}

void Storm::Partition(Dice& dice) {
  const int from = AnyProcess(dice).party();
  const int to = static_cast<int>(dice.Below(world_.network.parties()));
  if (from == to) return;
  const absl::Duration lasts = dice.LogBetween(absl::Milliseconds(200), absl::Seconds(40));
  Say(absl::StrCat("partition of ", world_.network.name(from), " from ", world_.network.name(to), ", ",
                   absl::FormatDuration(lasts)));
  world_.network.Cut(from, to);
  world_.simulation.After(lasts, [this, from, to] { world_.network.Heal(from, to); });
}

void Storm::JumpClock(Dice& dice) {
  Process& process = AnyProcess(dice);
  const absl::Duration offset = dice.LogBetween(absl::Milliseconds(100), absl::Hours(24 * 10));
  process.SetClockOffset(dice.Chance(0.5) ? offset : -offset);
  Say(absl::StrCat("clock of ", process.name(), " is off by ", absl::FormatDuration(process.clock_offset())));
}

void Storm::BreakBroker(Dice& dice) {
  Say("broker down");
  world_.kafka.TakeDown();
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(200), absl::Seconds(25)),
                          [this] { world_.kafka.BringUp(); });
}

void Storm::StopForAWhile(Dice& dice) {
  Say("stop");
  world_.wishes.started = false;
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(10), absl::Seconds(30)), [this] {
    world_.simulation.Trace("start");
    world_.wishes.started = true;
  });
}

// A replica is taken away as Kubernetes does it (SIGTERM) and comes back.
void Storm::Scale(Dice& dice) {
  Process& process = AnyReplica(dice);
  ReplicaProgram* program = world_.replica_program(process);
  if (program == nullptr || !process.running()) return;
  Say(absl::StrCat("SIGTERM to ", process.name()));
  program->Terminate();
  world_.simulation.After(dice.LogBetween(absl::Seconds(1), absl::Seconds(40)), [&process] {
    process.Kill();  // If it is still at it when its grace period is over.
    process.Start();
  });
}

void Storm::Calm() {
  world_.faults.Cease();
  world_.simulation.Trace("CALM");
  world_.network.HealAll();
  world_.kafka.BringUp();
  for (auto& replica : world_.replicas()) {
    replica->Resume();
    replica->Start();
    replica->SetClockOffset(absl::ZeroDuration());
  }
  world_.controller().Resume();
  world_.controller().Start();
  world_.controller().SetClockOffset(absl::ZeroDuration());
  world_.wishes.started = true;
}

}  // namespace causeway::simulation
