#include "services/egress/activity.h"

#include <boost/json.hpp>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/egress/testing.h"

namespace causeway::egress {
namespace {

using ::testing::MatchesRegex;

ActivityTable Clicks() {
  return {"adobe_emailclick",
          "adobe_emailclicks",
          "activityid",
          {"adobe_campaignname", "adobe_deliveryname", "adobe_date", "adobe_mirrorpageurl", "adobe_trackingurl"}};
}

Event Parsed(const std::string& id, const char* what) { return *ParseEvent(testing::EventJson(id, what)); }

boost::json::object BodyOf(const Event& event) {
  return boost::json::parse(ActivityOf(event, Clicks()).body).as_object();
}

TEST(ActivityId, E4_FollowsFromEventAndType) {
  const Event open = Parsed("e1", testing::kOpen);
  EXPECT_EQ(ActivityId(open), ActivityId(open));
  EXPECT_NE(ActivityId(open), ActivityId(Parsed("e2", testing::kOpen)));
  EXPECT_NE(ActivityId(open), ActivityId(Parsed("e1", testing::kClick)));
  EXPECT_THAT(ActivityId(open), MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

// Were it to change, every event would become a second activity after an update of Causeway.
TEST(ActivityId, E4_IsTheSameInEveryVersion) {
  EXPECT_EQ(ActivityId(Parsed("e1", testing::kSend)), "a9f39824-3b94-5f97-9076-85c642471364");
}

TEST(ActivityOf, E2_IsAClosedActivityRegardingTheContact) {
  const boost::json::object body = BodyOf(Parsed("e1", testing::kClick));
  EXPECT_EQ(body.at("subject"), "Campaign Name: Spring; Delivery Name: Spring mail");
  EXPECT_EQ(body.at("adobe_campaignname"), "Spring");
  EXPECT_EQ(body.at("adobe_deliveryname"), "Spring mail");
  EXPECT_EQ(body.at("adobe_date"), "2026-03-01T12:00:00Z");
  EXPECT_EQ(body.at("adobe_mirrorpageurl"), "https://mirror.example/1");
  EXPECT_EQ(body.at("adobe_trackingurl"), "https://shop.example/x");
  EXPECT_EQ(body.at("regardingobjectid_contact_adobe_emailclick@odata.bind"),
            "/contacts(0a1b2c3d-0000-4000-8000-00000000000a)");
  EXPECT_EQ(body.at("statecode"), 1);
  EXPECT_EQ(body.at("statuscode"), 2);
}

TEST(ActivityOf, E4_IsMadeOnlyWhereThereIsNone) {
  const Event event = Parsed("e1", testing::kClick);
  const dataverse::RowWrite write = WriteOf(ActivityOf(event, Clicks()));
  EXPECT_EQ(write.kind, dataverse::RowWrite::Kind::kUpsert);
  EXPECT_EQ(write.entity_set, "adobe_emailclicks");
  EXPECT_EQ(write.id, ActivityId(event));
  EXPECT_EQ(write.precondition.kind, dataverse::Precondition::Kind::kMustNotExist);
}

TEST(ActivityOf, E2_LeavesOutWhatTheEventLacks) {
  Event event = Parsed("e1", testing::kClick);
  event.mirror_page_url.clear();
  EXPECT_FALSE(BodyOf(event).contains("adobe_mirrorpageurl"));
}

// 200 units of UTF-16 of "Campaign Name: " and what follows.
TEST(ActivityOf, R2_ALongSubjectIsCutBetweenCharacters) {
  const std::pair<std::string, size_t> kCases[] = {{"u", 185}, {"ü", 185}, {"€", 185}, {"😀", 92}};
  for (const auto& [character, fit] : kCases) {
    Event event = Parsed("e1", testing::kClick);
    event.campaign_name.clear();
    for (int i = 0; i < 300; ++i) event.campaign_name += character;
    const std::string kept = event.campaign_name.substr(0, fit * character.size());
    EXPECT_EQ(BodyOf(event).at("subject"), boost::json::value("Campaign Name: " + kept));
  }
}

}  // namespace
}  // namespace causeway::egress
