// Supervisor: runs in a replica what the controller assigns, and reports what runs. If the controller is away, what runs goes on.
//
// Life: construct with the link; it acts on the link's messages until it is destroyed; Shutdown stops every workflow (SIGTERM).
// Loop's thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "causeway/v1/control.pb.h"
#include "common/async/scope.h"
#include "common/engine/workflow.h"
#include "common/engine/world.h"

namespace causeway::engine {

// The stream to the controller. Production: GrpcControlLink (common/control); the simulation has a model.
class ControlLink {
 public:
  virtual ~ControlLink() = default;
  // The latest report; sent as soon as the stream bears it, and again when the stream is opened anew.
  virtual void Send(v1::ConnectRequest report) = 0;
  // Called on the loop's thread with every list of assignments.
  virtual void OnAssignments(std::function<void(v1::ConnectResponse)> handler) = 0;
};

class Supervisor {
 public:
  // `incarnation` differs for every process.
  Supervisor(World& world, Connectors& connectors, ControlLink& link, v1::WorkflowType type, std::string incarnation,
             std::string version);

  // Stops all workflows; returns when each has finished what was in flight.
  async::Task<void> Shutdown();

  // What runs, for metrics.
  v1::ConnectRequest Report();

 private:
  void Apply(v1::ConnectResponse response);
  void Begin(v1::Assignment assignment);
  void DropHanging();
  void SendReport();
  void ReportSoon();
  async::Task<void> ReportRegularly();

  World& world_;
  Connectors& connectors_;
  ControlLink& link_;
  v1::ConnectRequest header_;
  std::map<std::string, std::unique_ptr<Workflow>> workflows_;
  v1::ConnectResponse assigned_;  // The latest list.
  bool shutting_down_ = false;
  // Expires with this object: what it posted must not find it gone.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  async::Notifier changed_;
  async::Scope tasks_;
};

}  // namespace causeway::engine
