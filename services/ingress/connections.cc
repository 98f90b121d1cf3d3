#include "services/ingress/connections.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/url/url.h"

namespace causeway::ingress {

Connections::Connections(engine::World& world, const v1::Definition& definition, const connections::Observers& observers) {
  dataverse::ClientOptions dynamics = connections::DynamicsOptions(definition, observers);
  dynamics_timeout_ = dynamics.request_timeout;
  dynamics_ = std::make_unique<dataverse::DataverseClient>(world.loop, world.random, world.http, std::move(dynamics));
  campaign::ClientOptions options = connections::CampaignOptions(definition, observers);
  campaign_timeout_ = options.request_timeout;
  campaign_url_ = url::Normalized(options.base_url);
  campaign_instance_ = absl::StrCat(campaign_url_, " ", options.tenant);
  campaign_tenant_ = options.tenant;
  campaign_ = std::make_unique<campaign::CampaignClient>(world.loop, world.random, world.http, std::move(options));
}

}  // namespace causeway::ingress
