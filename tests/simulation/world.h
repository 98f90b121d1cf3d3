// World: everything of one schedule, put together: systems, broker, network, the controller's and the replicas'
// processes.
//
// Life: construct from a plan; Begin starts the processes and the workflow; the simulation is driven by the Schedule.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/backlog/topics.h"
#include "tests/simulation/brake.h"
#include "tests/simulation/controller_program.h"
#include "tests/simulation/model/activity_model.h"
#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/control_model.h"
#include "tests/simulation/model/dataverse_model.h"
#include "tests/simulation/model/disk.h"
#include "tests/simulation/model/http_model.h"
#include "tests/simulation/model/journal_model.h"
#include "tests/simulation/model/kafka_model.h"
#include "tests/simulation/mutations/mutation.h"
#include "tests/simulation/neighbour.h"
#include "tests/simulation/network.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/process.h"
#include "tests/simulation/replica.h"
#include "tests/simulation/setup.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class World {
 public:
  World(const Plan& plan, const Mutation& mutation);

  // People configure and start the workflow as soon as the controller listens.
  void Begin();

  // Of a row, by its id.
  const TablePair& PairOf(const std::string& id) const { return simulation::PairOf(plan.tables, id); }
  const DataverseTable& TableOf(const std::string& id) const { return dataverse.table(PairOf(id).table); }

  // Where the workflow's records are, as far as a controller has ever said.
  const backlog::WorkflowTopics& topics();

  const Plan plan;
  const Mutation mutation;
  Simulation simulation;
  Faults faults;
  Network network;
  KafkaModel kafka;
  DataverseModel dataverse;
  CampaignModel campaign;
  JournalModel journal;
  ActivityModel activities;
  HttpModel http;
  ControlModel control;
  Neighbour neighbour;
  const Setup setup;
  Wishes wishes;
  Brake brake;
  // What Campaign's own users did is mended by a replay at the latest.
  bool needs_replay = false;

  Process& controller() { return *controller_; }
  std::vector<std::unique_ptr<Process>>& replicas() { return replicas_; }
  // Another one, started beside it as a roll-out does it.
  Process& rival() { return *rival_; }
  // A second process that bears the name of the first replica.
  Process& twin() { return *twin_; }
  // Of the present life; null while the process is dead, or there is a rival: nobody can say which of the two is right. One that was
  // paused meanwhile may have been replaced, and needs a moment to find that out.
  ControllerProgram* controller_program() {
    const bool may_be_replaced = rival_->alive() || (rival_->life() > 0 && controller_->paused());
    if (may_be_replaced) doubted_until_ = simulation.Now() + kFindsItsClaimReplaced;
    if (!controller_->alive() || simulation.Now() < doubted_until_) return nullptr;
    return programs_of_controllers_[controller_->party()];
  }
  ReplicaProgram* replica_program(const Process& replica) {
    return replica.alive() ? programs_[replica.party()] : nullptr;
  }
  // It survives the replica's processes.
  Disk& disk(const Process& replica) { return *disks_.at(replica.party()); }

 private:
  std::unique_ptr<Process> NewController(std::string name);
  std::unique_ptr<Process> NewReplica(const std::string& name);
  backlog::WorkflowTopics topics_;
  // The production ends of its workflow.
  std::unique_ptr<engine::Connectors> NewConnectors() const;

  std::map<int, std::unique_ptr<Disk>> disks_;
  std::map<int, ReplicaProgram*> programs_;
  std::map<int, ControllerProgram*> programs_of_controllers_;
  std::unique_ptr<Process> controller_;
  std::unique_ptr<Process> rival_;
  // A controller reads each second whether another one has claimed the definitions.
  static constexpr absl::Duration kFindsItsClaimReplaced = absl::Seconds(3);
  Instant doubted_until_;
  std::vector<std::unique_ptr<Process>> replicas_;
  std::unique_ptr<Process> twin_;
};

}  // namespace causeway::simulation
