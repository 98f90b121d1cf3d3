#include "tests/simulation/storm.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

void Storm::Plan(Fault kind, std::function<void(Dice&)> strike) {
  const double rate = world_.faults.rate(kind);
  if (rate <= 0) return;
  Dice& dice = world_.faults.dice(kind);
  const absl::Duration mean = world_.plan.storm / rate;
  for (absl::Duration at = dice.Exponential(mean); at < world_.plan.storm; at += dice.Exponential(mean)) {
    world_.simulation.After(at, [this, kind, strike] { strike(world_.faults.dice(kind)); });
  }
}

bool Storm::Happens(Fault kind, absl::string_view what) {
  if (!world_.faults.Happens(kind)) return false;
  world_.simulation.Trace(absl::StrCat("FAULT ", what));
  return true;
}

Process& Storm::AnyReplica(Dice& dice) { return *world_.replicas()[dice.Below(world_.replicas().size())]; }

Process& Storm::AnyProcess(Dice& dice) { return dice.Chance(0.15) ? world_.controller() : AnyReplica(dice); }

void Storm::Unleash() {
  Plan(Fault::kKill, [this](Dice& dice) { Kill(Fault::kKill, AnyProcess(dice), dice, absl::Seconds(20)); });
  Plan(Fault::kPause, [this](Dice& dice) { Pause(dice); });
  Plan(Fault::kPartition, [this](Dice& dice) { Partition(dice); });
  Plan(Fault::kClockJump, [this](Dice& dice) { JumpClock(dice); });
  Plan(Fault::kBrokerDown, [this](Dice& dice) { BreakBroker(dice); });
  Plan(Fault::kCoordinatorMoves, [this](Dice& dice) { MoveCoordinators(dice); });
  Plan(Fault::kCompaction, [this](Dice&) {
    if (Happens(Fault::kCompaction, "compaction")) world_.kafka.Compact();
  });
  Plan(Fault::kOffsetsExpire, [this](Dice&) {
    if (Happens(Fault::kOffsetsExpire, "group offsets expire")) world_.kafka.ExpireOffsets();
  });
  Plan(Fault::kPositionExpired, [this](Dice& dice) { ExpirePositions(dice); });
  Plan(Fault::kControllerAway,
       [this](Dice& dice) { Kill(Fault::kControllerAway, world_.controller(), dice, absl::Seconds(40)); });
  Plan(Fault::kStop, [this](Dice& dice) { StopForAWhile(dice); });
  Plan(Fault::kEdit, [this](Dice&) {
    if (Happens(Fault::kEdit, "edit")) ++world_.wishes.edits;
  });
  Plan(Fault::kScale, [this](Dice& dice) { Scale(dice); });
  Plan(Fault::kDeaf, [this](Dice& dice) { Deafen(dice); });
  if (!world_.plan.egress) Plan(Fault::kReplay, [this](Dice& dice) { Replay(dice); });
}

void Storm::Kill(Fault kind, Process& process, Dice& dice, absl::Duration most) {
  if (!process.alive() || !Happens(kind, absl::StrCat("kill -9 of ", process.name()))) return;
  process.Kill();
  if (dice.Chance(0.1) && &process != &world_.controller()) world_.WipeStore(process);
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(50), most), [&process] { process.Start(); });
}

void Storm::Pause(Dice& dice) {
  Process& process = AnyProcess(dice);
  const absl::Duration lasts = dice.LogBetween(absl::Milliseconds(500), absl::Seconds(45));
  if (!process.running()) return;
  if (!Happens(Fault::kPause, absl::StrCat("pause of ", process.name(), ", ", absl::FormatDuration(lasts)))) return;
  process.Pause();
  world_.simulation.After(lasts, [&process] { process.Resume(); });
}

void Storm::Partition(Dice& dice) {
  const int from = AnyProcess(dice).party();
  const int to = static_cast<int>(dice.Below(world_.network.parties()));
  const absl::Duration lasts = dice.LogBetween(absl::Milliseconds(200), absl::Seconds(40));
  const std::string what = absl::StrCat("partition of ", world_.network.name(from), " from ", world_.network.name(to),
                                        ", ", absl::FormatDuration(lasts));
  if (from == to || !Happens(Fault::kPartition, what)) return;
  world_.network.Cut(from, to);
  world_.simulation.After(lasts, [this, from, to] { world_.network.Heal(from, to); });
}

void Storm::JumpClock(Dice& dice) {
  Process& process = AnyProcess(dice);
  const absl::Duration size = dice.LogBetween(absl::Milliseconds(100), absl::Hours(24 * 10));
  const absl::Duration offset = dice.Chance(0.5) ? size : -size;
  const std::string what = absl::StrCat("clock of ", process.name(), " is off by ", absl::FormatDuration(offset));
  if (Happens(Fault::kClockJump, what)) process.SetClockOffset(offset);
}

void Storm::BreakBroker(Dice& dice) {
  if (!world_.kafka.up() || !Happens(Fault::kBrokerDown, "broker down")) return;
  world_.kafka.TakeDown();
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(200), absl::Seconds(25)),
                          [this] { world_.kafka.BringUp(); });
}

void Storm::MoveCoordinators(Dice& dice) {
  if (!world_.kafka.up() || !Happens(Fault::kCoordinatorMoves, "coordinator moves")) return;
  world_.kafka.MoveCoordinators(dice.LogBetween(absl::Milliseconds(20), absl::Seconds(4)));
}

void Storm::ExpirePositions(Dice& dice) {
  if (!Happens(Fault::kPositionExpired, "positions expire")) return;
  world_.dataverse.ExpireDeltaLinks();
  mailing_.DropSome(dice);
}

void Storm::StopForAWhile(Dice& dice) {
  if (!world_.wishes.started || !Happens(Fault::kStop, "stop")) return;
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
  if (!Happens(Fault::kScale, absl::StrCat("SIGTERM to ", process.name()))) return;
  program->Terminate();
  world_.simulation.After(dice.LogBetween(absl::Seconds(1), absl::Seconds(40)), [&process] {
    process.Kill();  // If it is still at it when its grace period is over.
    process.Start();
  });
}

// It begins with whichever start comes next.
void Storm::Replay(Dice& dice) {
  if (!Happens(Fault::kReplay, "a row is changed by hand in Campaign, and a replay asked for")) return;
  world_.campaign.ChangeByHand(kResource, dice);
  ++world_.wishes.replays;
}

// What people do meanwhile it can't hear from the controller.
void Storm::Deafen(Dice& dice) {
  const int replica = AnyReplica(dice).party();
  const int controller = world_.controller().party();
  const absl::Duration lasts = dice.LogBetween(absl::Seconds(1), absl::Seconds(40));
  const absl::Duration edited_after = dice.LogBetween(absl::Milliseconds(10), lasts);
  const std::string what = absl::StrCat(world_.network.name(replica), " is cut off from the controller, ", absl::FormatDuration(lasts));
  if (!Happens(Fault::kDeaf, what)) return;
  world_.network.Cut(replica, controller);
  world_.simulation.After(lasts, [this, replica, controller] { world_.network.Heal(replica, controller); });
  world_.simulation.After(edited_after, [this] {
    world_.simulation.Trace("edit and restart");
    ++world_.wishes.edits;
    world_.wishes.restart = true;
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
  if (world_.wishes.replays > 0) {
    // One that was asked for is gone where its mapping was made anew meanwhile.
    ++world_.wishes.replays;
    world_.wishes.restart = true;
  }
}

}  // namespace causeway::simulation
