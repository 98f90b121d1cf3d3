// The gRPC services of organizations and instances (definition_services.proto).
//
// Life: make them; hand them to rpc::Server::Start; destroy them after the server has stopped.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <vector>

#include "services/controller/calls.h"
#include "services/controller/controller.h"

namespace causeway::controller {

// Both outlive them.
std::vector<std::unique_ptr<grpc::Service>> MakeTenantServices(Calls& calls, Controller& controller);

}  // namespace causeway::controller
