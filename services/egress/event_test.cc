#include "services/egress/event.h"

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/egress/testing.h"

namespace causeway::egress {
namespace {

using testing::EventJson;
using ::testing::IsEmpty;

EventType TypeOf(const std::string& what) { return ParseEvent(EventJson("e1", what))->type; }

TEST(ParseEvent, E1_TellsTheTypesApart) {
  EXPECT_EQ(TypeOf(testing::kSend), EventType::kSend);
  EXPECT_EQ(TypeOf(testing::kOpen), EventType::kOpen);
  EXPECT_EQ(TypeOf(testing::kClick), EventType::kClick);
  EXPECT_EQ(TypeOf(testing::kHardBounce), EventType::kBounce);
}

TEST(ParseEvent, E1_WhatIsNoneOfTheFourIsOther) {
  EXPECT_EQ(TypeOf(testing::kSoftBounce), EventType::kOther);
  EXPECT_EQ(TypeOf(R"("xdm:sends":{"xdm:value":0})"), EventType::kOther);
  EXPECT_EQ(TypeOf(R"("xdm:unsubscriptions":{"xdm:value":1})"), EventType::kOther);
  EXPECT_EQ(ParseEvent("{}")->type, EventType::kOther);
}

TEST(ParseEvent, E3_WhateverHappenedHasItsTime) {
  EXPECT_EQ(ParseEvent(EventJson("e1", testing::kSoftBounce))->time, ParseEvent(EventJson("e1", testing::kSend))->time);
  EXPECT_EQ(ParseEvent("{}")->time, absl::InfinitePast());
}

TEST(ParseEvent, E2_ReadsWhatAnActivityShows) {
  const auto event = ParseEvent(EventJson("e1", testing::kClick));
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->id, "e1");
  EXPECT_EQ(event->contact_id, testing::kContact);
  EXPECT_EQ(event->campaign_name, "Spring");
  EXPECT_EQ(event->delivery_name, "Spring mail");
  EXPECT_EQ(event->mirror_page_url, "https://mirror.example/1");
  EXPECT_EQ(event->tracking_url, "https://shop.example/x");
  EXPECT_EQ(absl::FormatTime(absl::RFC3339_full, event->time, absl::UTCTimeZone()), "2026-03-01T12:00:00.5+00:00");
}

TEST(ParseEvent, E2_OnlyClicksHaveATrackingUrl) {
  EXPECT_THAT(ParseEvent(EventJson("e1", testing::kOpen))->tracking_url, IsEmpty());
}

TEST(ParseEvent, E5_AContactIdIsAGuid) {
  EXPECT_THAT(ParseEvent(EventJson("e1", testing::kSend, ""))->contact_id, IsEmpty());
  EXPECT_THAT(ParseEvent(EventJson("e1", testing::kSend, "crm-17"))->contact_id, IsEmpty());
  EXPECT_THAT(ParseEvent(EventJson("e1", testing::kSend, "0a1b2c3d-0000-4000-8000-00000000000)"))->contact_id,
              IsEmpty())
      << "it goes into a URL";
  EXPECT_EQ(ParseEvent(EventJson("e1", testing::kSend, "0A1B2C3D-0000-4000-8000-00000000000A"))->contact_id,
            testing::kContact);
}

TEST(ParseEvent, R2_RefusesWhatLacksAnIdOrATime) {
  for (const std::string& json : {std::string("[]"), std::string("nothing"), EventJson("", testing::kSend),
                                  EventJson("e1", testing::kSend, testing::kContact, "yesterday"),
                                  EventJson("e1", testing::kSend, testing::kContact, "infinite-future")}) {
    EXPECT_TRUE(errors::Is(ParseEvent(json).status(), errors::kJournalEvent)) << json;
  }
}

}  // namespace
}  // namespace causeway::egress
