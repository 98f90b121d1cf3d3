// ControllerProgram: what one process of the controller runs: the production Controller in the models' world, the
// streams of the replicas to it, and the people who configure, start, stop and edit through it as often as it takes to
// be heard.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/async/scope.h"
#include "common/backlog/broker.h"
#include "services/controller/controller.h"
#include "tests/simulation/model/control_model.h"
#include "tests/simulation/model/kafka_model.h"
#include "tests/simulation/process.h"
#include "tests/simulation/setup.h"

namespace causeway::simulation {

class ControllerProgram {
 public:
  // All references outlive it. `watched`: when it has ended, somebody starts it again.
  ControllerProgram(Process& process, KafkaModel& kafka, ControlModel& control, const Setup& setup, Wishes& wishes,
                    bool watched);

  // The workflow as the controller shows it; nothing while it can't show it.
  std::optional<v1::Workflow> Show() const;
  std::optional<v1::Workflow> ShowNeighbour() const;
  // The status alone; STATUS_UNSPECIFIED while it can't show it.
  v1::Workflow::Status status() const;
  // Whether people's last word that was heard is that it is to run.
  bool started() const;
  // Of the last start; 0: none.
  int64_t run() const;
  // Where the workflow's records are; nothing while it can't say.
  const backlog::WorkflowTopics* topics();

 private:
  struct Stream {
    int64_t number = 0;
    std::string incarnation;
  };

  async::Task<void> Run();
  async::Task<void> Work();
  async::Task<absl::Status> WorkOnce();
  // What people do about a queue that has lost records.
  async::Task<absl::Status> Reset();
  void OnReport(int from, const v1::ConnectRequest& request);
  void OnClosed(int from);
  bool configured() const;

  Process& process_;
  const bool watched_;
  ProcessLoop& loop_;
  ControlModel& control_;
  const Setup& setup_;
  Wishes& wishes_;
  std::unique_ptr<backlog::Broker> broker_;
  controller::Observer observer_;
  std::map<int, Stream> streams_;
  controller::Controller controller_;
  async::Scope tasks_;
  // Made anew when the definitions have changed, since they are asked for at every tick.
  backlog::WorkflowTopics topics_;
  int64_t topics_as_of_ = -1;
};

}  // namespace causeway::simulation
