// Mailing: what happens to e-mails while a schedule of egress runs, and what must have become of it in Dynamics 365:
// each event of an enabled kind and a known contact is exactly one activity, and there is no other.
//
// Life: construct before the world begins; Fill; Work, which goes on by itself until GoHome.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/dice.h"
#include "tests/simulation/model/activity_model.h"
#include "tests/simulation/model/journal_model.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class Mailing {
 public:
  Mailing(const Plan& plan, Simulation& simulation, JournalModel& journal, ActivityModel& activities);

  // Contacts and events that are there before Causeway.
  void Fill();
  void Work();
  void GoHome() { working_ = false; }

  // The journal drops some of what it holds, read or not.
  void DropSome(Dice& dice);

  // What an activity that was made is wrong about; empty: nothing.
  std::string Made(const ActivityRow& row);
  // What is missing; empty: nothing. `gap_told`: when people were told last that events were dropped.
  std::string Missing(Instant gap_told) const;

 private:
  struct Event {
    std::string table;    // Empty: nothing may become of it.
    std::string contact;  // Empty: of nobody.
    bool dropped = false;
    Instant dropped_at;
    bool before_us = false;  // Dropped before anybody had a position.
    int activities = 0;
  };

  void WorkLater();
  void Emit();
  void Append(const std::string& id, const std::string& json);

  const Plan& plan_;
  Simulation& simulation_;
  JournalModel& journal_;
  ActivityModel& activities_;
  Dice dice_;
  bool working_ = false;
  int last_contact_ = 0;
  std::map<std::string, Event> events_;
  // Ids in the order of the journal, from the oldest that it keeps.
  std::vector<std::string> kept_;
  std::map<std::string, std::string> texts_;
};

}  // namespace causeway::simulation
