#include "tests/simulation/storm.h"

#include <string>
#include <utility>
#include <vector>

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
  Plan(Fault::kPause, [this](Dice& dice) { Pause(dice, false); });
  Plan(Fault::kSuspend, [this](Dice& dice) { Pause(dice, true); });
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
  Plan(Fault::kStoreFails, [this](Dice& dice) { BreakDisk(dice); });
  Plan(Fault::kTwoControllers, [this](Dice& dice) { Double(Fault::kTwoControllers, world_.rival(), dice); });
  Plan(Fault::kTwin, [this](Dice& dice) { Double(Fault::kTwin, world_.twin(), dice); });
  Plan(Fault::kStop, [this](Dice& dice) { StopForAWhile(dice); });
  Plan(Fault::kEdit, [this](Dice&) {
    if (Happens(Fault::kEdit, "edit")) ++world_.wishes.edits;
  });
  Plan(Fault::kScale, [this](Dice& dice) { Scale(dice); });
  Plan(Fault::kDeaf, [this](Dice& dice) { Deafen(dice); });
  PlanDamage();
  if (!world_.plan.egress) UnleashOthers();
}

void Storm::PlanDamage() {
  if (world_.plan.egress && world_.faults.rate(Fault::kPositionExpired) > 0) return;
  Plan(Fault::kBacklogCut, [this](Dice& dice) { CutBacklog(dice); });
  Plan(Fault::kEndLost, [this](Dice& dice) { LoseEnd(dice); });
  Plan(Fault::kTopicDeleted, [this](Dice& dice) { DeleteTopic(dice); });
}

// What only contacts can meet.
void Storm::UnleashOthers() {
  Plan(Fault::kReplay, [this](Dice& dice) { Replay(dice); });
  Plan(Fault::kMappingEdit, [this](Dice& dice) { EditMapping(dice); });
  Plan(Fault::kTenantChange, [this](Dice& dice) { ChangeTenant(dice); });
  Plan(Fault::kAddressChange, [this](Dice& dice) { ChangeAddress(dice); });
  Plan(Fault::kRestore, [this](Dice& dice) { RestoreLater(dice); });
  Plan(Fault::kRowsHidden, [this](Dice& dice) { HideRows(dice); });
  Plan(Fault::kOthersCreate, [this](Dice& dice) { others_.Create(dice); });
  Plan(Fault::kOthersClaim, [this](Dice& dice) { others_.Claim(dice); });
  Plan(Fault::kOthersNote, [this](Dice& dice) { others_.Note(dice); });
  Plan(Fault::kOthersDelete, [this](Dice& dice) { others_.Delete(dice); });
  Plan(Fault::kOthersMove, [this](Dice& dice) { others_.Move(dice); });
}

void Storm::Kill(Fault kind, Process& process, Dice& dice, absl::Duration most) {
  if (!process.alive() || !Happens(kind, absl::StrCat("kill -9 of ", process.name()))) return;
  process.Kill();
  if (&process != &world_.controller()) SpoilDisk(process, dice);
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(50), most), [&process] { process.Start(); });
}

// What a crash does to what was written last, and now and then somebody to all of it.
void Storm::SpoilDisk(const Process& replica, Dice& dice) {
  const double what = dice.Unit();
  if (what < 0.1) world_.disk(replica).Wipe();
  else if (what < 0.4) world_.disk(replica).Forget(dice.Below(5));
}

void Storm::BreakDisk(Dice& dice) {
  Process& replica = AnyReplica(dice);
  const bool full = dice.Chance(0.6);
  const absl::Duration lasts = dice.LogBetween(absl::Milliseconds(100), absl::Seconds(20));
  const std::string what = absl::StrCat("the disk of ", replica.name(), full ? " is full, " : " fails, ", absl::FormatDuration(lasts));
  if (!Happens(Fault::kStoreFails, what)) return;
  Disk& disk = world_.disk(replica);
  disk.Break(full ? Disk::Trouble::kFull : Disk::Trouble::kFails);
  world_.simulation.After(lasts, [&disk] { disk.Mend(); });
}

void Storm::Double(Fault kind, Process& process, Dice& dice) {
  if (process.alive() || !Happens(kind, absl::StrCat("a second process is started: ", process.name()))) return;
  process.Start();
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(500), absl::Seconds(30)), [&process] { process.Kill(); });
}

void Storm::Pause(Dice& dice, bool suspend) {
  Process& process = AnyProcess(dice);
  const absl::Duration lasts = dice.LogBetween(absl::Milliseconds(500), absl::Seconds(45));
  if (!process.running()) return;
  const Fault kind = suspend ? Fault::kSuspend : Fault::kPause;
  if (!Happens(kind, absl::StrCat(suspend ? "sleep" : "pause", " of ", process.name(), ", ", absl::FormatDuration(lasts)))) return;
  suspend ? process.Suspend() : process.Pause();
  world_.simulation.After(lasts, [&process] { process.Resume(); });
}

// From one party or from several, each in one direction or in both.
void Storm::Partition(Dice& dice) {
  const int from = AnyProcess(dice).party();
  const int one = static_cast<int>(dice.Below(world_.network.parties()));
  const double others = dice.Chance(0.3) ? dice.Unit() : 0;
  const absl::Duration lasts = dice.LogBetween(absl::Milliseconds(200), absl::Seconds(40));
  std::vector<std::pair<int, int>> ways;
  std::string what = absl::StrCat("partition, ", absl::FormatDuration(lasts), ": ", world_.network.name(from));
  for (int to = 0; to < world_.network.parties(); ++to) {
    if (to == from || (to != one && !dice.Chance(others))) continue;
    const uint64_t direction = dice.Below(3);
    if (direction != 2) ways.emplace_back(from, to);
    if (direction != 1) ways.emplace_back(to, from);
    absl::StrAppend(&what, direction == 0 ? " <-> " : direction == 1 ? " -> " : " <- ", world_.network.name(to));
  }
  if (ways.empty() || !Happens(Fault::kPartition, what)) return;
  for (const auto& [sender, receiver] : ways) world_.network.Cut(sender, receiver);
  world_.simulation.After(lasts, [this, ways] {
    for (const auto& [sender, receiver] : ways) world_.network.Heal(sender, receiver);
  });
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

void Storm::CutBacklog(Dice& dice) {
  const std::string topic = world_.topics().backlog();
  const auto partition = static_cast<int32_t>(dice.Below(world_.plan.partitions));
  const KafkaLog* const log = world_.kafka.Log(topic, partition);
  if (log == nullptr || log->start() == log->stable()) return;
  const int64_t offset = log->start() + 1 + static_cast<int64_t>(dice.Below(log->stable() - log->start()));
  if (Happens(Fault::kBacklogCut, absl::StrCat("partition ", partition, " of the queue is cut at offset ", offset)))
    world_.kafka.Cut(topic, partition, offset);
}

void Storm::LoseEnd(Dice& dice) {
  const std::string topic = world_.topics().backlog();
  const auto partition = static_cast<int32_t>(dice.Below(world_.plan.partitions));
  const size_t entries = 1 + dice.Below(10);
  const KafkaLog* const log = world_.kafka.Log(topic, partition);
  if (log == nullptr || log->start() == log->end()) return;
  if (Happens(Fault::kEndLost, absl::StrCat("partition ", partition, " of the queue loses its last ", entries, " records")))
    world_.kafka.LoseEnd(topic, partition, entries);
}

// People see it in time, and that nothing but a reset helps.
void Storm::DeleteTopic(Dice& dice) {
  const std::string topic = world_.topics().backlog();
  if (world_.kafka.Log(topic, 0) == nullptr || !Happens(Fault::kTopicDeleted, "the queue's topic is deleted")) return;
  world_.kafka.Destroy(topic);
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(500), absl::Seconds(30)),
                          [this] { world_.wishes.reset = true; });
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
  others_.Change(dice);
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
  const bool mute = dice.Chance(0.7);
  world_.network.Cut(controller, replica);
  if (mute) world_.network.Cut(replica, controller);
  world_.simulation.After(lasts, [this, replica, controller, mute] {
    world_.network.Heal(controller, replica);
    if (mute) world_.network.Heal(replica, controller);
  });
  world_.simulation.After(edited_after, [this] {
    // Later one that makes the mapping anew would undo the replay that the calm has asked for.
    if (world_.simulation.Now() >= world_.plan.storm) return;
    world_.simulation.Trace("edit and restart");
    ++world_.wishes.edits;
    if (world_.faults.rate(Fault::kMappingEdit) > 0) ++world_.wishes.mapping;
    world_.wishes.restart = true;
  });
}

// It is written by the next run.
void Storm::EditMapping(Dice& dice) {
  if (!Happens(Fault::kMappingEdit, absl::StrCat("the mapping becomes number ", world_.wishes.mapping + 1))) return;
  ++world_.wishes.mapping;
  world_.wishes.restart = world_.wishes.restart || dice.Chance(0.6);
}

void Storm::ChangeTenant(Dice& dice) {
  std::string& tenant = world_.wishes.tenant;
  const char* const other = tenant == kCampaignTenant ? kOtherTenant : kCampaignTenant;
  if (!Happens(Fault::kTenantChange, absl::StrCat("people choose the tenant ", other))) return;
  tenant = other;
  world_.wishes.restart = world_.wishes.restart || dice.Chance(0.6);
}

// Either goes on answering.
void Storm::ChangeCampaignsAddress(Dice& dice) {
  std::string& url = world_.wishes.campaign_url;
  const char* const other = url == kCampaignOrigin ? kCampaignAlias : kCampaignOrigin;
  if (!Happens(Fault::kAddressChange, absl::StrCat("people reach Campaign at ", other))) return;
  url = other;
  world_.wishes.restart = world_.wishes.restart || dice.Chance(0.6);
}

// The old address goes on answering, but its links lead to the new one.
void Storm::ChangeAddress(Dice& dice) {
  if (dice.Chance(0.5)) return ChangeCampaignsAddress(dice);
  if (!Happens(Fault::kAddressChange, "Dynamics 365 has another address")) return;
  const std::string url = world_.dataverse.origin() == kDataverseOrigin ? kDataverseAlias : kDataverseOrigin;
  world_.dataverse.Rename(url);
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(10), absl::Seconds(20)), [this] {
    world_.wishes.dynamics_url = world_.dataverse.origin();
    world_.wishes.restart = true;
  });
}

void Storm::RestoreLater(Dice& dice) {
  world_.dataverse.BackUp();
  world_.simulation.After(dice.LogBetween(absl::Milliseconds(500), absl::Seconds(30)), [this] {
    if (Happens(Fault::kRestore, "Dynamics 365 is restored from a backup")) world_.dataverse.Restore();
  });
}

void Storm::ConfirmDeletions() {
  world_.wishes.confirm = true;
  world_.brake.Confirmed();
}

void Storm::HideRows(Dice& dice) {
  const double share = dice.Unit();
  if (!Happens(Fault::kRowsHidden, absl::StrCat(static_cast<int>(100 * share), "% of the rows are hidden"))) return;
  std::set<std::string> hidden;
  for (const TablePair& pair : PairsOf(world_.plan.tables)) {
    for (const auto& [id, row] : world_.dataverse.table(pair.table).rows()) {
      if (dice.Chance(share)) hidden.insert(id);
    }
  }
  world_.dataverse.Hide(std::move(hidden));
  world_.brake.Hidden();
  if (dice.Chance(0.7)) world_.dataverse.ExpireDeltaLinks();
  if (dice.Chance(0.1)) ConfirmDeletions();  // Somebody takes them for gone.
  world_.simulation.After(dice.LogBetween(absl::Seconds(1), absl::Seconds(30)), [this] {
    world_.simulation.Trace("all rows are shown");
    world_.dataverse.Hide({});
  });
}

void Storm::Calm() {
  world_.faults.Cease();
  world_.simulation.Trace("CALM");
  world_.network.HealAll();
  world_.kafka.BringUp();
  world_.rival().Kill();
  world_.twin().Kill();
  for (auto& replica : world_.replicas()) {
    replica->Resume();
    replica->Start();
    replica->SetClockOffset(absl::ZeroDuration());
    world_.disk(*replica).Mend();
  }
  world_.controller().Resume();
  world_.controller().Start();
  world_.controller().SetClockOffset(absl::ZeroDuration());
  Wishes& wishes = world_.wishes;
  wishes.started = true;
  wishes.dynamics_url = world_.dataverse.origin();
  // One that was asked for is gone where its mapping was made anew meanwhile.
  if (wishes.replays > 0 || world_.needs_replay) ++wishes.replays;
  const bool edited = wishes.mapping > 0 || world_.faults.counted(Fault::kTenantChange) > 0 ||
                      world_.faults.counted(Fault::kAddressChange) > 0;
  wishes.restart = wishes.restart || edited || wishes.replays > 0;
  ConfirmDeletions();
  // What a pass missed, or what went back unseen, the next one finds.
  world_.dataverse.Hide({});
  // A pass that is under way has missed them already, so there is another one later.
  if (!world_.dataverse.restored() && world_.faults.counted(Fault::kRowsHidden) == 0) return;
  for (const absl::Duration later : {absl::ZeroDuration(), absl::Minutes(1), absl::Minutes(5)})
    world_.simulation.After(later, [this] { world_.dataverse.ExpireDeltaLinks(); });
}

}  // namespace causeway::simulation
