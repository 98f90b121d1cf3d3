// The gRPC services of definition_services.proto, over the Controller.
//
// Life: construct; hand services() to rpc::Server::Start; destroy after the server has stopped.
#pragma once

#include <memory>
#include <vector>

#include "services/controller/calls.h"
#include "services/controller/controller.h"

namespace causeway::controller {

class DefinitionApi {
 public:
  // Both outlive it.
  DefinitionApi(Calls& calls, Controller& controller);
  ~DefinitionApi();

  std::vector<grpc::Service*> services();

 private:
  struct Services;
  std::unique_ptr<Services> services_;
};

}  // namespace causeway::controller
