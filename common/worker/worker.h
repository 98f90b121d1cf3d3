// Worker: the process of a workflow service, whichever of the three: flags, broker, HTTP client, local store, stream to
// the controller, gRPC health, metrics, log, around an engine::Supervisor. What differs is the Service.
//
//   int main(int argc, char** argv) {
//     return worker::Run(argc, argv, {.name = "ingress", .summary = "…", .type = v1::WORKFLOW_TYPE_INGRESS, .connect =
//     Connect});
//   }
//
// SIGTERM: every workflow finishes what is in flight, commits and leaves its group; exit code 0.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "causeway/v1/resources.pb.h"
#include "common/engine/workflow.h"
#include "common/metrics/registry.h"

namespace causeway::worker {

struct Service {
  std::string name;     // "ingress" of causeway-ingress.
  std::string summary;  // One sentence, for --help.
  v1::WorkflowType type;
  // The registry outlives the connectors.
  std::function<std::unique_ptr<engine::Connectors>(metrics::Registry&)> connect;
};

// Returns the exit code (common/process/exit_code.h). Once in a process, on main's thread.
int Run(int argc, const char* const* argv, const Service& service);

}  // namespace causeway::worker
