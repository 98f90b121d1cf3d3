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

std::string Campaign(const std::string& name) { return "https://ns.adobe.com/experience/campaign/" + name; }

// An event of nothing but these members, and what makes it a send.
absl::StatusOr<Event> ParseFlat(const std::string& members, const std::string& path = "") {
  return ParseEvent(absl::StrCat(R"({"id":"e1","time":"2026-03-01T12:00:00Z","data":{"xdm:directMarketing":{)",
                                 R"("xdm:sends":{"xdm:value":1},"xdm:clicks":{"xdm:value":0}})", members, "}}"),
                    path);
}

TEST(ParseEvent, E1_ACountMayBeWrittenInManyWays) {
  for (const char* one : {"1", "1.0", "1e0", "10E-1", "\"1\"", "2", "2.5"}) {
    EXPECT_EQ(TypeOf(absl::StrCat(R"("xdm:opens":{"xdm:value":)", one, "}")), EventType::kOpen) << one;
  }
  for (const char* none : {"0", "0.5", "-1", "\"\"", "\"one\"", "null", "true", "{}", "\"inf\""}) {
    EXPECT_EQ(TypeOf(absl::StrCat(R"("xdm:opens":{"xdm:value":)", none, "}")), EventType::kOther) << none;
  }
}

TEST(ParseEvent, E1_ABounceIsHardWhereTheAddressIsGivenUp) {
  const auto bounce = [](const std::string& what, const std::string& more = "") {
    return ParseEvent(EventJson("e1", what, testing::kContact, "2026-03-01T12:00:00Z", more))->type == EventType::kBounce;
  };
  const std::string bounces = R"("xdm:bounces":{"xdm:value":1})";
  EXPECT_TRUE(bounce(R"("xdm:nonDeliverables":{"xdm:value":1})"));
  EXPECT_FALSE(bounce(R"("xdm:nonDeliverables":{"xdm:value":0})"));
  EXPECT_FALSE(bounce(bounces)) << "by itself it is temporary";
  EXPECT_FALSE(bounce(R"("xdm:bounces":{"xdm:value":1,"xdm:bounceType":"hard"})")) << "no such field in Campaign's schemas";
  EXPECT_TRUE(bounce(bounces, absl::StrCat(",\"", Campaign("quarantine"), "\":true")));
  EXPECT_FALSE(bounce(bounces, absl::StrCat(",\"", Campaign("quarantine"), "\":false")));
  EXPECT_FALSE(bounce("", absl::StrCat(",\"", Campaign("quarantine"), "\":true"))) << "nothing bounced";
  EXPECT_TRUE(bounce("", absl::StrCat(",\"", Campaign("messageFailure"), R"(":{"bounceType":"Hard"})")));
  EXPECT_TRUE(bounce("", absl::StrCat(",\"", Campaign("messageFailure"), R"(":{"xdm:bounceType":"hard"})")));
  EXPECT_FALSE(bounce(bounces, absl::StrCat(",\"", Campaign("messageFailure"), R"(":{"bounceType":"soft"})")));
  EXPECT_EQ(ParseFlat("")->type, EventType::kSend);
  EXPECT_EQ(ParseEvent(absl::StrCat(R"({"id":"e1","time":"2026-03-01T12:00:00Z","data":{"xdm:directMarketing":{)", bounces,
                                    "},\"", Campaign("message"), R"(":{"xdm:quarantine":true}}})"))
                ->type,
            EventType::kBounce);
}

TEST(ParseEvent, E5_KnowsWhatWentToNoCustomer) {
  EXPECT_FALSE(ParseFlat("")->test);
  for (const char* mark : {"seedMember", "proofMember"}) {
    EXPECT_TRUE(ParseFlat(absl::StrCat(",\"", Campaign(mark), "\":true"))->test);
    EXPECT_FALSE(ParseFlat(absl::StrCat(",\"", Campaign(mark), "\":false"))->test);
    EXPECT_TRUE(ParseFlat(absl::StrCat(",\"", Campaign("message"), R"(":{"xdm:)", mark, "\":true}"))->test);
    EXPECT_TRUE(ParseFlat(absl::StrCat(",\"", Campaign("message"), R"(":{")", mark, "\":true}"))->test);
  }
}

TEST(ParseEvent, E2_TakesTheFlatFieldsOfNewerLogs) {
  const auto event = ParseEvent(absl::StrCat(
      R"({"id":"e1","time":"2026-03-01T12:00:00Z","data":{"xdm:directMarketing":{"xdm:clicks":{"xdm:value":1}},")",
      Campaign("campaignName"), R"(":"Spring",")", Campaign("deliveryName"), R"(":"DM1",")", Campaign("url"),
      R"(":"https://shop.example/x"}})"));
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->campaign_name, "Spring");
  EXPECT_EQ(event->delivery_name, "DM1");
  EXPECT_EQ(event->tracking_url, "https://shop.example/x");
  EXPECT_EQ(ParseFlat(absl::StrCat(",\"", Campaign("deliveryLabel"), R"(":"Label",")", Campaign("deliveryName"), R"(":"DM1")"))
                ->delivery_name,
            "Label");
}

TEST(ParseEvent, E5_TheFlatContactIdComesFirst) {
  const std::string flat = "0a1b2c3d-0000-4000-8000-00000000000f", inside = testing::kContact;
  const auto contact = [&](const std::string& flat, const std::string& inside, const std::string& path = "") {
    return ParseFlat(absl::StrCat(",\"", Campaign("externalID"), "\":\"", flat, "\",\"", Campaign("message"),
                                  R"(":{"xdm:externalID":")", inside, R"("},"own":{"a/b":"0A1B2C3D-0000-4000-8000-0000000000FF"})"),
                     path)
        ->contact_id;
  };
  EXPECT_EQ(contact(flat, inside), flat);
  EXPECT_EQ(contact("", inside), inside);
  EXPECT_EQ(contact("crm-17", inside), inside) << "what is no GUID is no contact";
  EXPECT_EQ(contact(flat, inside, "own/a~1b"), "0a1b2c3d-0000-4000-8000-0000000000ff");
  EXPECT_EQ(contact(flat, inside, "own/other"), "") << "another field might name somebody else";
}

TEST(ParseEvent, R2_HalfACharacterIsKeptAsAReplacementButInAnId) {
  const auto event = ParseFlat(absl::StrCat(",\"", Campaign("campaignName"), R"(":"Spring \ud83d")"));
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->campaign_name, "Spring \ufffd");
  for (const char* id : {"\\ud83d", "a\xff", "\ufffd"}) {
    EXPECT_TRUE(errors::Is(ParseEvent(EventJson(id, testing::kSend)).status(), errors::kJournalEvent)) << id;
  }
}

TEST(ParseEvent, E3_WhateverHappenedHasItsTime) {
  EXPECT_EQ(ParseEvent(EventJson("e1", testing::kSoftBounce))->time, ParseEvent(EventJson("e1", testing::kSend))->time);
  EXPECT_EQ(ParseEvent("{}")->time, absl::InfinitePast());
}

TEST(ParseEvent, R2_ATimeThatCannotBeReadIsNoneAndTheEnvelopesWillDo) {
  const auto parse = [](const std::string& own, const std::string& envelope) {
    return ParseEvent(absl::StrCat(R"({"id":"e1","time":)", envelope, R"(,"data":{"xdm:timestamp":)", own,
                                   R"(,"xdm:directMarketing":{"xdm:sends":{"xdm:value":1}}}})"));
  };
  const absl::Time noon = absl::FromUnixSeconds(1772366400);
  for (const char* none : {"null", "\"\"", "\"yesterday\"", "\"2026-03-01T12:00:00\"", "\"2026-02-30T12:00:00Z\"", "7", "{}", "\"infinite-past\""}) {
    EXPECT_EQ(parse(none, "\"2026-03-01T12:00:00Z\"")->time, noon) << none;
    const auto without = parse(none, none);
    EXPECT_TRUE(errors::Is(without.status(), errors::kJournalEvent)) << none;
    EXPECT_THAT(std::string(without.status().message()), ::testing::HasSubstr("no time that can be read")) << none;
  }
  EXPECT_EQ(parse("\"2026-03-01T13:00:00+01:00\"", "\"2020-01-01T00:00:00Z\"")->time, noon);
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
