// The clients of a run, made from its definition's connections with their defaults filled in.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "causeway/v1/control.pb.h"
#include "common/campaign/client.h"
#include "common/connections/options.h"
#include "common/dataverse/client.h"
#include "common/engine/world.h"

namespace causeway::ingress {

class Connections {
 public:
  Connections(engine::World& world, const v1::Definition& definition, const connections::Observers& observers);

  dataverse::DataverseClient& dynamics() { return *dynamics_; }
  campaign::CampaignClient& campaign() { return *campaign_; }
  absl::Duration dynamics_timeout() const { return dynamics_timeout_; }
  absl::Duration campaign_timeout() const { return campaign_timeout_; }
  const std::string& campaign_url() const { return campaign_url_; }
  // Which Campaign it is, at which address: two instances never give the same, and one gives the same however its address is spelled.
  const std::string& campaign_instance() const { return campaign_instance_; }
  const std::string& campaign_tenant() const { return campaign_tenant_; }

 private:
  absl::Duration dynamics_timeout_;
  absl::Duration campaign_timeout_;
  std::string campaign_url_;
  std::string campaign_instance_;
  std::string campaign_tenant_;
  std::unique_ptr<dataverse::DataverseClient> dynamics_;
  std::unique_ptr<campaign::CampaignClient> campaign_;
};

}  // namespace causeway::ingress
