// ReplicaProgram: what one process of a workflow service runs: the production Supervisor in the models' world.
#pragma once

#include <functional>
#include <memory>

#include "common/engine/supervisor.h"
#include "common/engine/world.h"
#include "common/store/store.h"
#include "tests/simulation/model/control_model.h"
#include "tests/simulation/model/http_model.h"
#include "tests/simulation/model/kafka_model.h"
#include "tests/simulation/mutations/mutation.h"
#include "tests/simulation/process.h"

namespace causeway::simulation {

class ReplicaProgram {
 public:
  // What it is given of the world; outlives it. `store` survives the process, like a disk.
  struct Surroundings {
    KafkaModel& kafka;
    HttpModel& http;
    ControlModel& control;
    store::Store& store;
    std::unique_ptr<engine::Connectors> connectors;
    v1::WorkflowType type;
    const Mutation& mutation;
  };

  ReplicaProgram(Process& process, Surroundings surroundings);

  // SIGTERM: finishes what is in flight, then the process exits.
  void Terminate();

 private:
  async::Task<void> ShutDown();

  Process& process_;
  async::Random random_;
  std::unique_ptr<backlog::Broker> broker_;
  std::unique_ptr<http::Client> http_;
  std::unique_ptr<engine::Connectors> connectors_;
  engine::World world_;
  std::unique_ptr<engine::ControlLink> link_;
  engine::Supervisor supervisor_;
  bool terminating_ = false;
  async::Scope tasks_;
};

}  // namespace causeway::simulation
