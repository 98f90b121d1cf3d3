#include "common/connections/options.h"

#include "gtest/gtest.h"

namespace causeway::connections {
namespace {

TEST(JournalOptions, E3_AreThoseOfTheCampaignConnection) {
  v1::Definition definition;
  definition.mutable_settings()->mutable_egress()->set_journal_url("https://events.example/j");
  v1::CampaignConnection& campaign = *definition.add_connections()->mutable_campaign();
  campaign.set_organization_id("1@AdobeOrg");
  EXPECT_EQ(JournalOptions(definition, {}).request_timeout, journal::ClientOptions().request_timeout);
  campaign.mutable_request_timeout()->set_seconds(7);
  const journal::ClientOptions options = JournalOptions(definition, {});
  EXPECT_EQ(options.journal_url, "https://events.example/j");
  EXPECT_EQ(options.organization_id, "1@AdobeOrg");
  EXPECT_EQ(options.request_timeout, absl::Seconds(7));
}

}  // namespace
}  // namespace causeway::connections
