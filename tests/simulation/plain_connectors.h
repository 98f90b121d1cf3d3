// PlainConnectors: the shortest Source and Destination that speak to the models of Dynamics 365 and Campaign over HTTP.
// They show the engine by itself: with them a schedule that fails is the engine's fault, not a client's.
#pragma once

#include <memory>

#include "common/engine/workflow.h"

namespace causeway::simulation {

class PlainConnectors final : public engine::Connectors {
 public:
  engine::Ends Make(engine::World& world, const v1::Definition& definition) override;
};

}  // namespace causeway::simulation
