#include "common/worker/request_metrics.h"
#include "common/worker/worker.h"
#include "services/ingress/ingress_connectors.h"

int main(int argc, char** argv) {
  using namespace causeway;
  const auto connect = [](metrics::Registry& registry) {
    return std::make_unique<ingress::IngressConnectors>(
        connections::Observers{.dynamics = worker::CountRequests(registry, "dynamics365"),
                               .entra = worker::CountRequests(registry, "entra"),
                               .campaign = worker::CountRequests(registry, "campaign"),
                               .ims = worker::CountRequests(registry, "ims")});
  };
  return worker::Run(argc, argv,
                     {.name = "ingress",
                      .summary = "Brings contacts and custom tables from Dynamics 365 into Campaign.",
                      .type = v1::WORKFLOW_TYPE_INGRESS,
                      .connect = connect});
}
