#include "services/ingress/connections.h"

#include <string>

namespace causeway::ingress {
namespace {

std::string Or(const std::string& value, const std::string& otherwise) { return value.empty() ? otherwise : value; }

absl::Duration Or(const google::protobuf::Duration& value, absl::Duration otherwise) {
  const absl::Duration duration = absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos());
  return duration > absl::ZeroDuration() ? duration : otherwise;
}

dataverse::ClientOptions DynamicsOptions(const v1::DynamicsConnection& connection, const oauth::Observer& observer) {
  dataverse::ClientOptions options;
  options.org_url = connection.url();
  options.authority = Or(connection.authority(), options.authority);
  options.tenant = connection.tenant_id();
  options.client_id = connection.client_id();
  options.client_secret = connection.client_secret();
  if (connection.max_concurrency() > 0) options.max_concurrency = connection.max_concurrency();
  options.request_timeout = Or(connection.request_timeout(), options.request_timeout);
  options.observer = observer;
  return options;
}

campaign::ClientOptions CampaignOptions(const v1::CampaignConnection& connection, const oauth::Observer& observer) {
  campaign::ClientOptions options;
  options.base_url = Or(connection.url(), options.base_url);
  options.tenant = connection.tenant();
  options.ims_url = Or(connection.ims_url(), options.ims_url);
  campaign::OAuthCredentials credentials;
  credentials.client_id = connection.client_id();
  credentials.client_secret = connection.client_secret();
  credentials.scopes.assign(connection.scopes().begin(), connection.scopes().end());
  options.credentials = std::move(credentials);
  if (connection.max_concurrency() > 0) options.max_concurrency = connection.max_concurrency();
  options.request_timeout = Or(connection.request_timeout(), options.request_timeout);
  options.observer = observer;
  return options;
}

}  // namespace

Connections::Connections(engine::World& world, const v1::Definition& definition, const Observers& observers) {
  v1::DynamicsConnection dynamics;
  v1::CampaignConnection campaign;
  for (const v1::Connection& connection : definition.connections()) {
    if (connection.has_dynamics365()) dynamics = connection.dynamics365();
    if (connection.has_campaign()) campaign = connection.campaign();
  }
  dynamics_ = std::make_unique<dataverse::DataverseClient>(world.loop, world.random, world.http,
                                                           DynamicsOptions(dynamics, observers.dynamics));
  campaign::ClientOptions campaign_options = CampaignOptions(campaign, observers.campaign);
  campaign_timeout_ = campaign_options.request_timeout;
  campaign_ =
      std::make_unique<campaign::CampaignClient>(world.loop, world.random, world.http, std::move(campaign_options));
}

}  // namespace causeway::ingress
