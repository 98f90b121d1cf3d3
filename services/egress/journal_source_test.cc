#include "services/egress/journal_source.h"

#include <memory>

#include "absl/strings/str_join.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "common/http/testing/scripted_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/egress/testing.h"

namespace causeway::egress {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::EventJson;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kJournal[] = "https://events.example/j";

http::Headers NextLink(const std::string& since) { return {{"link", "</j?since=" + since + ">; rel=\"next\""}}; }

std::string PageOf(const std::vector<std::string>& events) {
  int number = 0;
  const auto entry = [&](std::string* out, const std::string& event) {
    absl::StrAppend(out, R"({"position":"p)", ++number, R"(","event":)", event, "}");
  };
  return absl::StrCat(R"({"events":[)", absl::StrJoin(events, ",", entry), "]}");
}

std::string SendAt(const std::string& id, const std::string& time) {
  return EventJson(id, testing::kSend, testing::kContact, time);
}

absl::Time TimeOf(const std::string& text) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) << text;
  return time;
}

class JournalSourceTest : public ::testing::Test {
 protected:
  JournalSourceTest() {
    loop_.Advance(TimeOf("2026-03-12T00:00:00Z") - loop_.WallTime());
    settings().set_journal_url(kJournal);
    settings().set_sends(true);
    settings().set_clicks(true);
    http_.Always("/ims/", 200, R"({"expires_in":86399,"access_token":"t1"})");
    Begin();
  }

  v1::EgressSettings& settings() { return *definition_.mutable_settings()->mutable_egress(); }

  void Begin() {
    journal::ClientOptions options;
    options.journal_url = settings().journal_url();
    options.identity.ims_url = "https://ims.example";
    options.identity.credentials = campaign::OAuthCredentials{"app", "secret", {}};
    source_ = std::make_unique<JournalSource>(
        loop_, definition_, std::make_unique<journal::JournalClient>(loop_, random_, http_, std::move(options)),
        absl::Seconds(30));
  }

  absl::StatusOr<engine::Page> Read(const std::string& position = "") {
    return loop_.Await(source_->Read("events", position));
  }
  std::string FirstUrl() {
    http_.Answer("GET", 204, "", NextLink("end"));
    EXPECT_TRUE(Read().ok());
    return http_.requests().back().url;
  }

  async::ManualLoop loop_;
  async::Random random_{1};
  http::ScriptedClient http_{loop_};
  v1::Definition definition_;
  std::unique_ptr<JournalSource> source_;
};

TEST_F(JournalSourceTest, E3_BeginsNowUnlessToldOtherwise) {
  EXPECT_EQ(FirstUrl(), "https://events.example/j?latest=true");
  settings().set_start_from(v1::EgressSettings::START_FROM_OLDEST);
  EXPECT_EQ(FirstUrl(), kJournal);
  settings().set_start_from(v1::EgressSettings::START_FROM_TIME);
  settings().mutable_start_time()->set_seconds(absl::ToUnixSeconds(loop_.WallTime()) - 60);
  EXPECT_EQ(FirstUrl(), "https://events.example/j?seek=-PT121S") << "rounded up, and a minute earlier: clocks differ";
}

TEST_F(JournalSourceTest, E3_AfterAResetItBeginsWithTheOldestEventKept) {
  definition_.set_generation(1);
  for (const auto from : {v1::EgressSettings::START_FROM_NOW, v1::EgressSettings::START_FROM_TIME}) {
    settings().set_start_from(from);
    settings().mutable_start_time()->set_seconds(absl::ToUnixSeconds(TimeOf("2026-03-01T12:00:00Z")));
    Begin();
    EXPECT_EQ(FirstUrl(), kJournal) << "what was queued and not written is read again";
  }
  http_.Answer("GET", 200, PageOf({SendAt("e1", "2026-03-01T11:00:00Z")}), NextLink("p2"));
  EXPECT_THAT(Read()->records, IsEmpty()) << "what was before the time to begin at is left out still";
}

TEST_F(JournalSourceTest, E3_WhatHappenedBeforeTheTimeToBeginAtIsSkipped) {
  settings().set_start_from(v1::EgressSettings::START_FROM_TIME);
  settings().mutable_start_time()->set_seconds(absl::ToUnixSeconds(TimeOf("2026-03-01T12:00:00Z")));
  http_.Answer("GET", 200, PageOf({SendAt("e1", "2026-03-01T11:59:59.9Z"), SendAt("e2", "2026-03-01T12:00:00Z")}),
               NextLink("p2"));
  const auto first = Read();
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_THAT(first->records, SizeIs(1));
  EXPECT_EQ(first->records[0].id, "e2");
  EXPECT_THAT(first->skipped, ElementsAre(Pair("send", ElementsAre(Pair("before-start", 1)))));
  http_.Answer("since=p2", 200, PageOf({SendAt("e3", "2026-03-01T11:59:00Z")}), NextLink("p3"));
  EXPECT_THAT(Read(first->next_position)->records, IsEmpty()) << "however late it is reported";
}

TEST_F(JournalSourceTest, E3_GoesOnWhereItWas) {
  http_.Answer("GET", 200, PageOf({EventJson("e1", testing::kSend)}), NextLink("p1"));
  const auto first = Read();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(first->caught_up);
  http_.Answer("GET https://events.example/j?since=p1", 204, "", NextLink("p1"));
  const auto second = Read(first->next_position);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(second->caught_up);
  EXPECT_EQ(second->next_position, first->next_position) << "nothing happened: nothing is to be written";
}

TEST_F(JournalSourceTest, E1_QueuesWhatIsEnabledAndCountsTheRest) {
  http_.Answer(
      "GET", 200,
      PageOf({EventJson("e1", testing::kSend), EventJson("e2", testing::kOpen), EventJson("e3", testing::kClick),
              EventJson("e4", testing::kSend, ""), EventJson("e5", testing::kSoftBounce)}),
      NextLink("p5"));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_THAT(page->records, SizeIs(2));
  EXPECT_EQ(page->records[0].id, "e1");
  EXPECT_EQ(page->records[0].table, "send");
  EXPECT_EQ(page->records[1].table, "click");
  EXPECT_THAT(page->skipped, UnorderedElementsAre(Pair("open", ElementsAre(Pair("not-enabled", 1))), Pair("send", ElementsAre(Pair("no-contact-id", 1))),
                                                  Pair("other", ElementsAre(Pair("other-type", 1)))));
}

TEST_F(JournalSourceTest, R2_AnEventThatCantBeUsedIsRejectedAloneAndKept) {
  const std::string broken = EventJson("e2", testing::kSend, testing::kContact, "never");
  http_.Answer("GET", 200, PageOf({EventJson("e1", testing::kSend), broken}), NextLink("p2"));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->records, SizeIs(1));
  ASSERT_THAT(page->rejected, SizeIs(1));
  EXPECT_EQ(page->rejected[0].id, "p2");
  EXPECT_THAT(page->rejected[0].row, HasSubstr("e2"));
  EXPECT_TRUE(errors::Is(page->rejected[0].reason, errors::kJournalEvent));
}

TEST_F(JournalSourceTest, R2_WhatIsNoEventIsRejectedAloneAndKept) {
  const std::string bad = EventJson("\xff", testing::kSend);
  http_.Answer("GET", 200,
               absl::StrCat(R"({"events":[{"position":"p1"},{"position":"p2","event":)", bad,
                            R"(},{"position":"p3","event":)", EventJson("e3", testing::kSend), "}]}"),
               NextLink("p3"));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->records, SizeIs(1));
  ASSERT_THAT(page->rejected, SizeIs(2));
  EXPECT_EQ(page->rejected[0].row, R"({"position":"p1"})");
  EXPECT_EQ(page->rejected[1].id, "p2");
  for (const engine::RejectedRow& row : page->rejected) EXPECT_TRUE(errors::Is(row.reason, errors::kJournalEvent));
}

TEST_F(JournalSourceTest, E3_WaitsAsLongAsTheJournalAsks) {
  http::Headers headers = NextLink("end");
  headers.emplace_back("retry-after", "10");
  http_.Answer("GET", 204, "", headers);
  const auto first = Read();
  ASSERT_TRUE(first.ok());
  const size_t requests = http_.requests().size();
  loop_.Advance(absl::Seconds(9));
  EXPECT_EQ(Read(first->next_position)->next_position, first->next_position);
  EXPECT_EQ(http_.requests().size(), requests);
  loop_.Advance(absl::Seconds(2));
  http_.Answer("GET", 204, "", NextLink("end"));
  EXPECT_TRUE(Read(first->next_position).ok());
  EXPECT_EQ(http_.requests().size(), requests + 1);
}

TEST_F(JournalSourceTest, R3_AJournalThatAsksForTooMuchIsAskedSooner) {
  http::Headers headers = NextLink("end");
  headers.emplace_back("retry-after", "864000");
  http_.Answer("GET", 204, "", headers);
  const auto first = Read();
  ASSERT_TRUE(first.ok());
  loop_.Advance(absl::Minutes(15));
  http_.Answer("GET", 204, "", NextLink("end"));
  const size_t requests = http_.RequestsOf("events.example").size();
  EXPECT_TRUE(Read(first->next_position).ok());
  EXPECT_EQ(http_.RequestsOf("events.example").size(), requests + 1);
}

TEST_F(JournalSourceTest, E3_AnExpiredPositionGoesOnFromTheOldestAndTellsTheGap) {
  settings().set_start_from(v1::EgressSettings::START_FROM_OLDEST);
  http_.Answer("GET", 200, PageOf({SendAt("e1", "2026-03-01T12:00:00Z")}), NextLink("p1"));
  const auto before = Read();
  ASSERT_TRUE(before.ok());
  http_.Answer("since=p1", 410, "");
  http_.Answer("GET https://events.example/j", 200,
               PageOf({SendAt("e9", "2026-03-10T08:00:00Z")}), NextLink("p9"));
  const auto after = Read(before->next_position);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_THAT(after->records, SizeIs(1));
  ASSERT_TRUE(after->gap.has_value());
  EXPECT_THAT(after->gap->message, AllOf(HasSubstr("2026-03-01 12:00:00 UTC"), HasSubstr("2026-03-10 08:00:00 UTC")));
  EXPECT_EQ(after->gap->code, errors::kJournalGap.id);
}

TEST_F(JournalSourceTest, E3_AGapBeforeTheFirstEventBeginsWhereReadingBegan) {
  http_.Answer("GET", 204, "", NextLink("end"));
  const std::string began = absl::FormatTime("from %Y-%m-%d %H:%M:%S UTC", loop_.WallTime(), absl::UTCTimeZone());
  const auto before = Read();
  ASSERT_TRUE(before.ok());
  loop_.Advance(absl::Hours(24 * 8));
  http_.Answer("since=end", 410, "");
  http_.Answer("GET https://events.example/j", 204, "", NextLink("p9"));
  const auto after = Read(before->next_position);
  ASSERT_TRUE(after.ok() && after->gap.has_value()) << after.status();
  EXPECT_THAT(after->gap->message, HasSubstr(began));
}

TEST_F(JournalSourceTest, E3_AGapEndsWithTheOldestEventKeptWhateverItsType) {
  settings().set_start_from(v1::EgressSettings::START_FROM_OLDEST);
  http_.Answer("GET", 204, "", NextLink("end"));
  const auto before = Read();
  ASSERT_TRUE(before.ok());
  http_.Answer("since=end", 410, "");
  http_.Answer("GET https://events.example/j", 200,
               PageOf({EventJson("e1", testing::kSoftBounce, testing::kContact, "2026-03-10T08:00:00Z"),
                       SendAt("e2", "2026-03-11T08:00:00Z")}),
               NextLink("p2"));
  const auto after = Read(before->next_position);
  ASSERT_TRUE(after.ok() && after->gap.has_value()) << after.status();
  EXPECT_THAT(after->gap->message, HasSubstr("those until 2026-03-10 08:00:00 UTC are missing"));
}

TEST_F(JournalSourceTest, E3_AnExpiredPositionWithoutALossIsToldAsOne) {
  settings().set_start_from(v1::EgressSettings::START_FROM_OLDEST);
  http_.Answer("GET", 200, PageOf({SendAt("e1", "2026-03-10T08:00:00Z"), SendAt("e2", "2026-03-11T08:00:00Z")}),
               NextLink("p2"));
  const auto before = Read();
  ASSERT_TRUE(before.ok());
  http_.Answer("since=p2", 410, "");
  http_.Answer("GET https://events.example/j", 200, PageOf({SendAt("e1", "2026-03-10T08:00:00Z")}), NextLink("p1"));
  const auto after = Read(before->next_position);
  ASSERT_TRUE(after.ok() && after->gap.has_value()) << after.status();
  EXPECT_THAT(after->gap->message, HasSubstr("probably none is missing"));
}

TEST_F(JournalSourceTest, E3_APositionOfAnotherJournalIsAnExpiredOne) {
  settings().set_start_from(v1::EgressSettings::START_FROM_TIME);
  settings().mutable_start_time()->set_seconds(absl::ToUnixSeconds(TimeOf("2026-02-01T00:00:00Z")));
  http_.Answer("GET", 200, PageOf({SendAt("e1", "2026-03-01T12:00:00Z")}), NextLink("p1"));
  const auto before = Read();
  ASSERT_TRUE(before.ok());
  for (const char* moved : {"https://other.example/j", "https://events.example/k", "https://events.example/j?x=1"}) {
    settings().set_journal_url(moved);
    Begin();
    http_.Fail("GET", absl::UnavailableError("away"));
    EXPECT_TRUE(errors::IsTransient(Read(before->next_position).status())) << "nothing is lost by trying again";
    http_.Answer(std::string("GET ") + moved, 200,
                 PageOf({SendAt("e0", "2026-01-31T08:00:00Z"), SendAt("e9", "2026-03-10T08:00:00Z")}),
                 {{"link", "</j?since=x>; rel=\"next\""}});
    const auto after = Read(before->next_position);
    ASSERT_TRUE(after.ok()) << after.status();
    EXPECT_EQ(http_.requests().back().url, moved) << "from the oldest event kept";
    ASSERT_TRUE(after->gap.has_value());
    EXPECT_EQ(after->gap->code, errors::kJournalGap.id);
    EXPECT_THAT(after->gap->message, HasSubstr("another address"));
    EXPECT_THAT(after->records, SizeIs(1)) << "what was before the time to begin at is left out still";
    http_.Answer("since=x", 204, "", NextLink("x"));
    EXPECT_FALSE(Read(after->next_position)->gap.has_value()) << "once";
  }
  EXPECT_THAT(http_.RequestsOf("since=p1"), IsEmpty());
}

TEST_F(JournalSourceTest, E3_ASpellingIsNoOtherJournal) {
  http_.Answer("GET", 200, PageOf({}), NextLink("p1"));
  const auto before = Read();
  ASSERT_TRUE(before.ok());
  settings().set_journal_url("HTTPS://Events.Example:443/j/");
  Begin();
  http_.Answer("since=p1", 204, "", NextLink("p1"));
  const auto after = Read(before->next_position);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_FALSE(after->gap.has_value());
}

TEST_F(JournalSourceTest, R2_APageOfBrokenEventsMovesOn) {
  http_.Answer("GET", 200,
               absl::StrCat(R"({"events":[7,{"position":"p2","event":)", EventJson("\xff", testing::kSend),
                            R"(},{"position":"p3","event":)", EventJson("\\ud83d", testing::kSend),
                            R"(},{"event":"\ude00"},null]})"),
               NextLink("p5"));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->records, IsEmpty());
  EXPECT_THAT(page->rejected, SizeIs(5));
  EXPECT_FALSE(page->caught_up);
  http_.Answer("since=p5", 204, "", NextLink("p5"));
  EXPECT_TRUE(Read(page->next_position).ok());
}

TEST_F(JournalSourceTest, R2_HalfACharacterInOneEventIsThatEventsAlone) {
  const std::string damaged = EventJson("e2", testing::kSend, testing::kContact, "2026-03-01T12:00:00Z", R"(,"x":"\ud83d")");
  http_.Answer("GET", 200, PageOf({EventJson("e1", testing::kSend), damaged, EventJson("e3", testing::kClick)}),
               NextLink("p3"));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_THAT(page->records, SizeIs(3));
  EXPECT_THAT(page->records[1].row, HasSubstr("\ufffd")) << "what can be kept of it is";
}

TEST_F(JournalSourceTest, E5_SeedsAndProofsAreSkippedAndCounted) {
  const auto marked = [](const std::string& id, const std::string& mark) {
    return EventJson(id, testing::kSend, testing::kContact, "2026-03-01T12:00:00Z",
                     absl::StrCat(R"(,"https://ns.adobe.com/experience/campaign/)", mark, "\":true"));
  };
  http_.Answer("GET", 200, PageOf({marked("e1", "seedMember"), marked("e2", "proofMember"), marked("e3", "quarantine")}),
               NextLink("p3"));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_THAT(page->records, SizeIs(1));
  EXPECT_EQ(page->records[0].id, "e3");
  EXPECT_THAT(page->skipped, ElementsAre(Pair("send", ElementsAre(Pair("seed-or-proof", 2)))));
}

TEST_F(JournalSourceTest, E5_TheContactIsLookedForWherePeopleSay) {
  settings().set_contact_id_path("own/contact");
  http_.Answer("GET", 200,
               PageOf({EventJson("e1", testing::kSend), EventJson("e2", testing::kSend, "", "2026-03-01T12:00:00Z",
                                                                  absl::StrCat(R"(,"own":{"contact":")", testing::kContact, "\"}"))}),
               NextLink("p2"));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_THAT(page->records, SizeIs(1));
  EXPECT_EQ(page->records[0].id, "e2");
}

TEST_F(JournalSourceTest, W2_PrepareSeesWhetherTheJournalCanBeRead) {
  http_.Answer("GET", 403, "");
  EXPECT_TRUE(errors::Is(loop_.Await(source_->Prepare()), errors::kJournalPermission));
  http_.Answer("GET", 204, "", NextLink("end"));
  EXPECT_TRUE(loop_.Await(source_->Prepare()).ok());
}

TEST_F(JournalSourceTest, E3_TheEndIsNotAskedForTwiceInAMoment) {
  http::Headers headers = NextLink("end");
  headers.emplace_back("retry-after", "10");
  http_.Answer("GET", 204, "", headers);
  ASSERT_TRUE(loop_.Await(source_->Prepare()).ok());
  const size_t requests = http_.requests().size();
  const auto first = Read();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(first->caught_up);
  EXPECT_THAT(first->next_position, HasSubstr("since=end")) << "what happens from here on is read";
  EXPECT_EQ(Read(first->next_position)->next_position, first->next_position);
  EXPECT_EQ(http_.requests().size(), requests) << "it asked to be left alone";
  loop_.Advance(absl::Seconds(11));
  http_.Answer("since=end", 204, "", NextLink("end"));
  EXPECT_TRUE(Read(first->next_position).ok());
  EXPECT_EQ(http_.requests().size(), requests + 1);
}

TEST_F(JournalSourceTest, E3_TheEndIsNoBeginningForWhoBeginsElsewhere) {
  settings().set_start_from(v1::EgressSettings::START_FROM_OLDEST);
  http_.Answer("GET", 204, "", NextLink("end"));
  ASSERT_TRUE(loop_.Await(source_->Prepare()).ok());
  EXPECT_EQ(FirstUrl(), kJournal);
}

}  // namespace
}  // namespace causeway::egress
