// Storm: the faults that come at times rather than with messages: crashes, pauses, partitions, the broker away, people
// who start, stop and edit. How many of each the plan says; when and to whom the fault's own dice.
//
// Life: construct; Unleash plans all of them within the plan's time; Calm ends every one that lasts.
#pragma once

#include <functional>

#include "tests/simulation/mailing.h"
#include "tests/simulation/others.h"
#include "tests/simulation/world.h"

namespace causeway::simulation {

class Storm {
 public:
  Storm(World& world, Mailing& mailing) : world_(world), mailing_(mailing), others_(world) {}

  void Unleash();
  void Calm();

 private:
  // Tries `strike` as often as the plan expects, at times spread over the storm.
  void Plan(Fault kind, std::function<void(Dice&)> strike);
  // For a strike that has found what to do: whether it happens.
  bool Happens(Fault kind, absl::string_view what);
  Process& AnyProcess(Dice& dice);
  Process& AnyReplica(Dice& dice);

  void Kill(Fault kind, Process& process, Dice& dice, absl::Duration most);
  void SpoilDisk(const Process& replica, Dice& dice);
  void BreakDisk(Dice& dice);
  // One that is there only for a while.
  void Double(Fault kind, Process& process, Dice& dice);
  // `suspend`: its machine sleeps.
  void Pause(Dice& dice, bool suspend);
  void Partition(Dice& dice);
  void JumpClock(Dice& dice);
  void ExpirePositions(Dice& dice);
  void MoveCoordinators(Dice& dice);
  void BreakBroker(Dice& dice);
  // Of the workflow's queue. Where positions of the source expire too, nothing could bring events back.
  void PlanDamage();
  void CutBacklog(Dice& dice);
  void LoseEnd(Dice& dice);
  void DeleteTopic(Dice& dice);
  void StopForAWhile(Dice& dice);
  void Scale(Dice& dice);
  void Replay(Dice& dice);
  void Deafen(Dice& dice);
  void EditMapping(Dice& dice);
  void ChangeTenant(Dice& dice);
  void ChangeAddress(Dice& dice);
  void ChangeCampaignsAddress(Dice& dice);
  void RestoreLater(Dice& dice);
  void HideRows(Dice& dice);
  void ConfirmDeletions();
  void UnleashOthers();

  World& world_;
  Mailing& mailing_;
  Others others_;
};

}  // namespace causeway::simulation
