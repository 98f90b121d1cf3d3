// The gRPC services of record_services.proto: dead letters and the audit trail.
//
// Life: construct; hand services() to rpc::Server::Start; destroy after the server has stopped.
#pragma once

#include <memory>
#include <vector>

#include "services/controller/audit_reader.h"
#include "services/controller/calls.h"
#include "services/controller/controller.h"
#include "services/controller/dead_letter_reader.h"

namespace causeway::controller {

class RecordApi {
 public:
  // All outlive it.
  RecordApi(Calls& calls, Controller& controller, DeadLetterReader& dead_letters, AuditReader& audit);
  ~RecordApi();

  std::vector<grpc::Service*> services();

 private:
  struct Services;
  std::unique_ptr<Services> services_;
};

}  // namespace causeway::controller
