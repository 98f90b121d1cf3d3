#include "common/connections/options.h"

#include <string>
#include <utility>

namespace causeway::connections {
namespace {

std::string Or(const std::string& value, const std::string& otherwise) { return value.empty() ? otherwise : value; }

absl::Duration Or(const google::protobuf::Duration& value, absl::Duration otherwise) {
  const absl::Duration duration = absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos());
  return duration > absl::ZeroDuration() ? duration : otherwise;
}

v1::DynamicsConnection DynamicsOf(const v1::Definition& definition) {
  for (const v1::Connection& connection : definition.connections()) {
    if (connection.has_dynamics365()) return connection.dynamics365();
  }
  return {};
}

v1::CampaignConnection CampaignOf(const v1::Definition& definition) {
  for (const v1::Connection& connection : definition.connections()) {
    if (connection.has_campaign()) return connection.campaign();
  }
  return {};
}

}  // namespace

dataverse::ClientOptions DynamicsOptions(const v1::Definition& definition, const Observers& observers) {
  const v1::DynamicsConnection connection = DynamicsOf(definition);
  dataverse::ClientOptions options;
  options.org_url = connection.url();
  options.authority = Or(connection.authority(), options.authority);
  options.tenant = connection.tenant_id();
  options.client_id = connection.client_id();
  options.client_secret = connection.client_secret();
  if (connection.max_concurrency() > 0) options.max_concurrency = connection.max_concurrency();
  options.request_timeout = Or(connection.request_timeout(), options.request_timeout);
  options.observer = observers.dynamics;
  options.token_observer = observers.entra;
  return options;
}

campaign::ClientOptions CampaignOptions(const v1::Definition& definition, const Observers& observers) {
  const v1::CampaignConnection connection = CampaignOf(definition);
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
  options.observer = observers.campaign;
  options.token_observer = observers.ims;
  return options;
}

journal::ClientOptions JournalOptions(const v1::Definition& definition, const Observers& observers) {
  journal::ClientOptions options;
  const v1::CampaignConnection connection = CampaignOf(definition);
  options.journal_url = definition.settings().egress().journal_url();
  options.organization_id = connection.organization_id();
  options.identity = CampaignOptions(definition, observers);
  options.request_timeout = Or(connection.request_timeout(), options.request_timeout);
  options.observer = observers.journal;
  return options;
}

}  // namespace causeway::connections
