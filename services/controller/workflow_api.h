// The gRPC service of workflow_service.proto, over the Controller.
//
// Life: construct; hand service() to rpc::Server::Start; destroy after the server has stopped.
#pragma once

#include <memory>

#include "services/controller/calls.h"
#include "services/controller/controller.h"

namespace causeway::controller {

class WorkflowApi {
 public:
  // Both outlive it.
  WorkflowApi(Calls& calls, Controller& controller);
  ~WorkflowApi();

  grpc::Service* service();

 private:
  class Service;
  std::unique_ptr<Service> service_;
};

}  // namespace causeway::controller
