#include "common/worker/request_metrics.h"
#include "common/worker/worker.h"
#include "services/egress/egress_connectors.h"

int main(int argc, char** argv) {
  using namespace causeway;
  const auto connect = [](metrics::Registry& registry) {
    return std::make_unique<egress::EgressConnectors>(
        connections::Observers{.dynamics = worker::CountRequests(registry, "dynamics365"),
                               .entra = worker::CountRequests(registry, "entra"),
                               .ims = worker::CountRequests(registry, "ims"),
                               .journal = worker::CountRequests(registry, "journal")});
  };
  return worker::Run(argc, argv,
                     {.name = "egress",
                      .summary = "Brings e-mail events of Campaign back to Dynamics 365 as activities of contacts.",
                      .type = v1::WORKFLOW_TYPE_EGRESS,
                      .connect = connect});
}
