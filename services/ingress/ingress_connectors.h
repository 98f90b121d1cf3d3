// IngressConnectors: the two ends of ingress, Dynamics 365 → Campaign.
#pragma once

#include <memory>
#include <utility>

#include "common/engine/workflow.h"
#include "services/ingress/campaign_destination.h"
#include "services/ingress/dynamics_source.h"

namespace causeway::ingress {

class IngressConnectors final : public engine::Connectors {
 public:
  explicit IngressConnectors(connections::Observers observers) : observers_(std::move(observers)) {}

  engine::Ends Make(engine::World& world, const v1::Definition& definition) override {
    auto connections = std::make_shared<Connections>(world, definition, observers_);
    auto tables = std::make_shared<MappedTables>(definition, *connections);
    return {std::make_unique<DynamicsSource>(world.loop, connections, tables), std::make_unique<CampaignDestination>(connections, tables)};
  }

 private:
  connections::Observers observers_;
};

}  // namespace causeway::ingress
