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
#include "common/store/memory_store.h"
#include "tests/simulation/controller_program.h"
#include "tests/simulation/model/activity_model.h"
#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/control_model.h"
#include "tests/simulation/model/dataverse_model.h"
#include "tests/simulation/model/http_model.h"
#include "tests/simulation/model/journal_model.h"
#include "tests/simulation/model/kafka_model.h"
#include "tests/simulation/mutations/mutation.h"
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
  const Setup setup;
  Wishes wishes;

  Process& controller() { return *controller_; }
  std::vector<std::unique_ptr<Process>>& replicas() { return replicas_; }
  // Of the present life; null while the process is dead.
  ControllerProgram* controller_program() { return controller_->alive() ? controller_program_ : nullptr; }
  ReplicaProgram* replica_program(const Process& replica) {
    return replica.alive() ? programs_[replica.party()] : nullptr;
  }
  // Its disk is a new one.
  void WipeStore(const Process& replica) { *stores_[replica.party()] = store::MemoryStore(); }

 private:
  void AddReplica(int number);
  backlog::WorkflowTopics topics_;
  // The production ends of its workflow.
  std::unique_ptr<engine::Connectors> NewConnectors() const;

  std::map<int, std::unique_ptr<store::MemoryStore>> stores_;
  std::map<int, ReplicaProgram*> programs_;
  ControllerProgram* controller_program_ = nullptr;
  std::unique_ptr<Process> controller_;
  std::vector<std::unique_ptr<Process>> replicas_;
};

}  // namespace causeway::simulation
