#include "services/controller/startable.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace causeway::controller {
namespace {

using Reasons = std::vector<Violation>;

void Require(const std::string& value, const char* field, Reasons& reasons) {
  if (value.empty()) reasons.push_back({field, absl::StrCat(field, " is empty.")});
}

const v1::StoredConnection* Find(const v1::StoredDefinition& definition, v1::Connection::SystemCase system) {
  for (const v1::StoredConnection& connection : definition.connections()) {
    if (connection.connection().system_case() == system) return &connection;
  }
  return nullptr;
}

void RequireDynamics(const v1::StoredDefinition& definition, Reasons& reasons) {
  const v1::StoredConnection* stored = Find(definition, v1::Connection::kDynamics365);
  if (stored == nullptr) return reasons.push_back({"connections/dynamics365", "There is no dynamics365 connection."});
  const v1::DynamicsConnection& connection = stored->connection().dynamics365();
  Require(connection.url(), "connections/dynamics365.url", reasons);
  Require(connection.tenant_id(), "connections/dynamics365.tenant_id", reasons);
  Require(connection.client_id(), "connections/dynamics365.client_id", reasons);
  Require(stored->sealed_client_secret(), "connections/dynamics365.client_secret", reasons);
}

void RequireCampaign(const v1::StoredDefinition& definition, bool journal, Reasons& reasons) {
  const v1::StoredConnection* stored = Find(definition, v1::Connection::kCampaign);
  if (stored == nullptr) return reasons.push_back({"connections/campaign", "There is no campaign connection."});
  const v1::CampaignConnection& connection = stored->connection().campaign();
  if (!journal) Require(connection.tenant(), "connections/campaign.tenant", reasons);
  if (journal) Require(connection.organization_id(), "connections/campaign.organization_id", reasons);
  Require(connection.client_id(), "connections/campaign.client_id", reasons);
  Require(stored->sealed_client_secret(), "connections/campaign.client_secret", reasons);
}

void RequireEvents(const v1::EgressSettings& settings, Reasons& reasons) {
  Require(settings.journal_url(), "settings.egress.journal_url", reasons);
  const bool any = settings.sends() || settings.opens() || settings.clicks() || settings.bounces();
  if (!any) reasons.push_back({"settings.egress", "None of sends, opens, clicks and bounces is enabled."});
}

}  // namespace

std::vector<Violation> ReasonsNotToStart(v1::WorkflowType type, const v1::StoredDefinition& definition) {
  Reasons reasons;
  switch (type) {
    case v1::WORKFLOW_TYPE_INGRESS:
      RequireDynamics(definition, reasons);
      RequireCampaign(definition, false, reasons);
      if (definition.table_mappings().empty()) reasons.push_back({"tableMappings", "No table is mapped."});
      break;
    case v1::WORKFLOW_TYPE_EGRESS:
      RequireDynamics(definition, reasons);
      RequireCampaign(definition, true, reasons);
      RequireEvents(definition.settings().egress(), reasons);
      break;
    default:
      reasons.push_back({"settings", "No direction is configured."});
      break;
  }
  return reasons;
}

}  // namespace causeway::controller
