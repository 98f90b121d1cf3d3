#include "services/controller/startable.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::controller {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

std::vector<std::string> FieldsOf(const std::vector<Violation>& reasons) {
  std::vector<std::string> fields;
  for (const Violation& reason : reasons) fields.push_back(reason.field);
  return fields;
}

// With both connections; nothing else.
v1::StoredDefinition Connected() {
  v1::StoredDefinition definition;
  v1::StoredConnection& dynamics = *definition.add_connections();
  v1::DynamicsConnection& crm = *dynamics.mutable_connection()->mutable_dynamics365();
  crm.set_url("https://contoso.example");
  crm.set_tenant_id("contoso");
  crm.set_client_id("app");
  dynamics.set_sealed_client_secret("sealed");
  v1::StoredConnection& campaign = *definition.add_connections();
  v1::CampaignConnection& mail = *campaign.mutable_connection()->mutable_campaign();
  mail.set_tenant("contoso");
  mail.set_client_id("app");
  mail.set_organization_id("1@AdobeOrg");
  campaign.set_sealed_client_secret("sealed");
  return definition;
}

TEST(ReasonsNotToStart, W4_IngressNeedsConnectionsAndAMapping) {
  v1::StoredDefinition definition = Connected();
  EXPECT_THAT(FieldsOf(ReasonsNotToStart(v1::WORKFLOW_TYPE_INGRESS, definition)), Contains("tableMappings"));
  definition.add_table_mappings();
  EXPECT_THAT(ReasonsNotToStart(v1::WORKFLOW_TYPE_INGRESS, definition), IsEmpty());
  definition.mutable_connections(0)->clear_sealed_client_secret();
  EXPECT_THAT(FieldsOf(ReasonsNotToStart(v1::WORKFLOW_TYPE_INGRESS, definition)),
              Contains("connections/dynamics365.client_secret"));
  definition.clear_connections();
  EXPECT_EQ(ReasonsNotToStart(v1::WORKFLOW_TYPE_INGRESS, definition).size(), 2u) << "all reasons at once";
}

TEST(ReasonsNotToStart, E1_W4_EgressNeedsAnEventToBeEnabled) {
  v1::StoredDefinition definition = Connected();
  v1::EgressSettings& egress = *definition.mutable_settings()->mutable_egress();
  egress.set_journal_url("https://events.example/j");
  EXPECT_THAT(FieldsOf(ReasonsNotToStart(v1::WORKFLOW_TYPE_EGRESS, definition)), Contains("settings.egress"));
  egress.set_clicks(true);
  EXPECT_THAT(ReasonsNotToStart(v1::WORKFLOW_TYPE_EGRESS, definition), IsEmpty());
  egress.clear_journal_url();
  EXPECT_THAT(FieldsOf(ReasonsNotToStart(v1::WORKFLOW_TYPE_EGRESS, definition)),
              Contains("settings.egress.journal_url"));
}

}  // namespace
}  // namespace causeway::controller
