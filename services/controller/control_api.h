// The gRPC service of control.proto: the replicas' streams, tied to the Fleet.
//
// Life: construct; hand service() to rpc::Server::Start; destroy after the server has stopped.
#pragma once

#include <memory>

#include "services/controller/calls.h"
#include "services/controller/controller.h"

namespace causeway::controller {

class ControlApi {
 public:
  // Both outlive it.
  ControlApi(Calls& calls, Controller& controller);
  ~ControlApi();

  grpc::Service* service();

 private:
  class Service;
  class Stream;
  std::unique_ptr<Service> service_;
};

}  // namespace causeway::controller
