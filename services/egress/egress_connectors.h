// EgressConnectors: the two ends of egress, Campaign's e-mail events → activities in Dynamics 365.
#pragma once

#include <memory>
#include <utility>

#include "common/connections/options.h"
#include "common/engine/workflow.h"
#include "services/egress/activity_destination.h"
#include "services/egress/journal_source.h"

namespace causeway::egress {

class EgressConnectors final : public engine::Connectors {
 public:
  explicit EgressConnectors(connections::Observers observers) : observers_(std::move(observers)) {}

  engine::Ends Make(engine::World& world, const v1::Definition& definition) override {
    const v1::EgressSettings& settings = definition.settings().egress();
    journal::ClientOptions journal_options = connections::JournalOptions(definition, observers_);
    const absl::Duration journal_timeout = journal_options.request_timeout;
    auto journal = std::make_unique<journal::JournalClient>(world.loop, world.random, world.http,
                                                            std::move(journal_options));
    dataverse::ClientOptions options = connections::DynamicsOptions(definition, observers_);
    const absl::Duration timeout = options.request_timeout;
    auto dynamics =
        std::make_unique<dataverse::DataverseClient>(world.loop, world.random, world.http, std::move(options));
    return {std::make_unique<JournalSource>(world.loop, definition, std::move(journal), journal_timeout),
            std::make_unique<ActivityDestination>(settings, std::move(dynamics), timeout)};
  }

 private:
  connections::Observers observers_;
};

}  // namespace causeway::egress
