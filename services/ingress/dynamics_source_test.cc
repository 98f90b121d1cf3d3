#include "services/ingress/dynamics_source.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingress/testing.h"

namespace causeway::ingress {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DynamicsSourceTest : public testing::IngressRun {
 protected:
  absl::StatusOr<engine::Page> Read(const std::string& position = "") {
    return loop_.Await(ends_.source->Read("contact", position));
  }
};

TEST_F(DynamicsSourceTest, I3_ReadsAllPagesThenFollowsChanges) {
  Begin();
  http_.Answer(absl::StrCat("GET ", testing::kRows, "?"), 200, PageOf(Row("A"), "@odata.nextLink", "/next"));
  const auto first = Read();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->records, SizeIs(1));
  EXPECT_FALSE(first->caught_up);
  http_.Answer(absl::StrCat("GET ", testing::kRows, "/next"), 200, PageOf("", "@odata.deltaLink", "/delta"));
  const auto last = Read(first->next_position);
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_TRUE(last->caught_up);
  http_.Answer(absl::StrCat("GET ", testing::kRows, "/delta"), 200, PageOf(Row("B", 2), "@odata.deltaLink", "/delta2"));
  const auto changes = Read(last->next_position);
  ASSERT_TRUE(changes.ok()) << changes.status();
  ASSERT_THAT(changes->records, SizeIs(1));
  EXPECT_EQ(changes->records[0].version, 2);
  EXPECT_EQ(changes->records[0].id, testing::kContact);
}

TEST_F(DynamicsSourceTest, I10_ADeletionCarriesNothingButItsId) {
  Begin();
  http_.Answer(
      "/delta", 200,
      PageOf(absl::StrCat(
                 R"({"@odata.context":"https://contoso.example/api/data/v9.2/$metadata#contacts/$deletedEntity",)",
                 R"("id":")", testing::kContact, R"(","reason":"deleted"})"),
             "@odata.deltaLink", "/delta2"));
  const auto page = Read(absl::StrCat(testing::kRows, "/delta"));
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_THAT(page->records, SizeIs(1));
  EXPECT_EQ(page->records[0].kind, v1::QueuedRecord::KIND_DELETE);
  EXPECT_THAT(page->records[0].row, IsEmpty());
}

TEST_F(DynamicsSourceTest, I3_AnExpiredLinkStartsOver) {
  Begin();
  http_.Answer("/delta", 410, R"({"error":{"code":"0x80044352","message":"The delta token has expired."}})");
  const auto page = Read(absl::StrCat(testing::kRows, "/delta"));
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->start_over);
  EXPECT_THAT(page->note, HasSubstr("contact"));
}

TEST_F(DynamicsSourceTest, R2_ARowWithoutAnIdIsRejectedAloneAndKept) {
  Begin();
  http_.Answer(
      absl::StrCat("GET ", testing::kRows, "?"), 200,
      PageOf(absl::StrCat(Row("A"), R"(,{"@odata.etag":"W/\"2\"","lastname":"B"})"), "@odata.deltaLink", "/delta"));
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->records, SizeIs(1));
  ASSERT_THAT(page->rejected, SizeIs(1));
  EXPECT_THAT(page->rejected[0].row, HasSubstr("B"));
  EXPECT_FALSE(page->rejected[0].id_known);
}

// A renamed environment, another alias, a proxy in front.
TEST_F(DynamicsSourceTest, I14_APositionOfAnotherHostHasExpiredAndIsNeverAskedFor) {
  Begin();
  const size_t before = http_.requests().size();
  for (const std::string position : {"https://old.example/api/data/v9.2/contacts?$deltatoken=1", "5000 https://old.example/x?$skiptoken=2",
                                     "5000 https://old.example/x https://old.example/y?$deltatoken=1"}) {
    const auto page = Read(position);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_TRUE(page->start_over) << position;
    EXPECT_THAT(page->note, AllOf(HasSubstr("https://old.example"), HasSubstr("https://contoso.example")));
  }
  EXPECT_EQ(http_.requests().size(), before);
}

TEST_F(DynamicsSourceTest, R2_AFreshAnswerThatLeadsToAnotherHostIsRefused) {
  Begin();
  for (const std::string link : {"@odata.nextLink", "@odata.deltaLink"}) {
    http_.Answer(absl::StrCat("GET ", testing::kRows, "?"), 200, absl::StrCat(R"({"value":[],")", link, R"(":"https://evil.example/x"})"));
    EXPECT_TRUE(errors::Is(Read().status(), errors::kDynamicsForeignLink));
  }
}

class LargePages : public DynamicsSourceTest {
 protected:
  void TooLarge(const std::string& path) {
    http_.Fail(absl::StrCat("GET ", testing::kRows, path), absl::ResourceExhaustedError("too long"));
  }
  void AnswerPage(const std::string& path, const std::string& link, const std::string& next) {
    http_.Answer(absl::StrCat("GET ", testing::kRows, path), 200, PageOf(Row("A", 7), link, next));
  }
  // The preference of the last request for rows.
  std::string Asked() const {
    const auto& requests = http_.requests();
    const auto last = std::find_if(requests.rbegin(), requests.rend(), [](const auto& one) { return absl::StartsWith(one.url, testing::kRows); });
    return http::HeaderOf(*last, "Prefer");
  }
};

TEST_F(LargePages, I15_TheFirstPageIsAskedForInHalves) {
  Begin();
  TooLarge("?");
  TooLarge("?");
  AnswerPage("?", "@odata.nextLink", "/next");
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(Asked(), HasSubstr("maxpagesize=1250"));
  ASSERT_TRUE(page->notice.has_value());
  EXPECT_EQ(page->notice->code, "CW-DYN-PAGE");
  // A next link keeps the size that it was made with.
  AnswerPage("/next", "@odata.deltaLink", "/delta?$deltatoken=1");
  ASSERT_TRUE(Read(page->next_position).ok());
  EXPECT_THAT(Asked(), HasSubstr("maxpagesize=1250"));
}

TEST_F(LargePages, I15_WithinAPassItBeginsAnewWithSmallerPages) {
  Begin();
  AnswerPage("?", "@odata.nextLink", "/next");
  const auto first = Read();
  ASSERT_TRUE(first.ok());
  TooLarge("/next");
  const auto page = Read(first->next_position);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->start_over) << "a smaller size goes with no next link that is there";
  ASSERT_TRUE(page->notice.has_value());
  AnswerPage("?", "@odata.nextLink", "/next");
  ASSERT_TRUE(Read().ok());
  EXPECT_THAT(Asked(), HasSubstr("maxpagesize=2500"));
}

TEST_F(LargePages, I15_WithinARoundOfChangesTheRoundBeginsAnew) {
  Begin();
  const std::string delta = absl::StrCat(testing::kRows, "/delta?$deltatoken=1");
  AnswerPage("/delta", "@odata.nextLink", "/next");
  const auto first = Read(delta);
  ASSERT_TRUE(first.ok());
  TooLarge("/next");
  const auto page = Read(first->next_position);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_FALSE(page->start_over);
  EXPECT_FALSE(page->caught_up);
  EXPECT_EQ(page->next_position, delta);
}

// Kept by version 0.1, without its size.
TEST_F(LargePages, I15_ANextLinkWithoutItsSizeIsNotAskedForWithAnother) {
  Begin();
  TooLarge("/next");
  const auto page = Read(absl::StrCat(testing::kRows, "/next?$skiptoken=5"));
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->start_over);
}

TEST_F(LargePages, I15_OneRowThatIsTooLargeIsAnError) {
  definition_.mutable_settings()->set_page_size(1);
  Begin();
  TooLarge("?");
  EXPECT_TRUE(errors::Is(Read().status(), errors::kDynamicsPageTooLarge));
}

TEST_F(LargePages, I15_GrowsAgainAfterQuietRounds) {
  Begin();
  const std::string delta = absl::StrCat(testing::kRows, "/delta?$deltatoken=1");
  TooLarge("/delta");
  for (int round = 0; round <= PageSize::kRoundsToGrow; ++round) {
    AnswerPage("/delta", "@odata.deltaLink", "/delta?$deltatoken=1");
    ASSERT_TRUE(Read(delta).ok());
    EXPECT_THAT(Asked(), HasSubstr(round < PageSize::kRoundsToGrow ? "maxpagesize=2500" : "maxpagesize=5000")) << round;
  }
}

TEST_F(DynamicsSourceTest, I17_AllThatIsGoneIsNamedAtOnce) {
  AddField("nickname", "lastName2");
  AnswerMetadata();
  const absl::Status prepared = Prepare();
  EXPECT_EQ(errors::KindOf(prepared), errors::Kind::kWorkflow);
  EXPECT_THAT(std::string(prepared.message()), AllOf(HasSubstr("nickname"), HasSubstr("lastName2")));
}

TEST_F(DynamicsSourceTest, I3_TrackingMustBeOn) {
  http_.Answer(
      "EntityDefinitions(", 200,
      R"({"LogicalName":"contact","EntitySetName":"contacts","PrimaryIdAttribute":"contactid","ChangeTrackingEnabled":false})");
  EXPECT_TRUE(errors::Is(Prepare(), errors::kDynamicsTrackingOff));
}

TEST_F(DynamicsSourceTest, I15_EveryRowMustBeReadableAtTheStart) {
  AnswerMetadata();
  AnswerDepth(R"({"Depth":"Basic"},{"Depth":"Local"})");
  const absl::Status prepared = Prepare();
  EXPECT_TRUE(errors::Is(prepared, errors::kDynamicsPrivilege));
  EXPECT_THAT(std::string(prepared.message()), AllOf(HasSubstr("contact"), HasSubstr("Local")));
}

TEST_F(DynamicsSourceTest, I15_EveryRowMustBeReadableWhenAPassBegins) {
  AnswerDepth(R"({"Depth":"Global"})");
  AnswerDepth(R"({"Depth":"Deep"})");
  Begin();
  EXPECT_TRUE(errors::Is(Read().status(), errors::kDynamicsPrivilege));
}

TEST_F(DynamicsSourceTest, I15_APassThatLostItsReachOnTheWayIsNoPass) {
  AnswerDepth(R"({"Depth":"Global"})");
  AnswerDepth(R"({"Depth":"Global"})");
  AnswerDepth(R"({"Depth":"Basic"})");
  Begin();
  http_.Answer(absl::StrCat("GET ", testing::kRows, "?"), 200, PageOf(Row("A"), "@odata.nextLink", "/next"));
  const auto first = Read();
  ASSERT_TRUE(first.ok()) << first.status();
  http_.Answer(absl::StrCat("GET ", testing::kRows, "/next"), 200, PageOf("", "@odata.deltaLink", "/delta"));
  const auto last = Read(first->next_position);
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_TRUE(last->start_over);
  EXPECT_THAT(last->note, HasSubstr("a part of table contact"));
}

TEST_F(DynamicsSourceTest, I15_ChangesOutOfReachAreNoticedWithinMinutesAndReadAgain) {
  AnswerDepth(R"({"Depth":"Global"})");
  AnswerDepth(R"({"Depth":"Global"})");
  AnswerDepth(R"({"Depth":"Local"})");
  Begin();
  http_.Always("/delta", 200, PageOf("", "@odata.deltaLink", "/delta"));
  const std::string delta = absl::StrCat(testing::kRows, "/delta");
  ASSERT_TRUE(Read(delta).ok()) << "asked at the first round";
  loop_.Advance(absl::Minutes(4));
  const auto before = Read(delta);
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_FALSE(before->start_over) << "not asked at every round";
  loop_.Advance(absl::Minutes(1));
  const auto after = Read(delta);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_TRUE(after->start_over);
  EXPECT_THAT(after->note, HasSubstr("a part of table contact"));
}

TEST_F(DynamicsSourceTest, I15_TheGreatestDepthCounts) {
  AnswerMetadata();
  AnswerDepth(R"({"Depth":"Basic"},{"Depth":"Global"},{"Depth":"Local"})");
  EXPECT_TRUE(Prepare().ok());
}

TEST_F(DynamicsSourceTest, I15_WhoMayNotAskForItsPrivilegesMayRead) {
  AnswerMetadata();
  http_.Answer("RetrieveUserPrivilegeByPrivilegeName", 403, R"({"error":{"code":"0x80040220","message":"Principal user is missing prvReadUser"}})");
  EXPECT_TRUE(Prepare().ok());
}

TEST_F(DynamicsSourceTest, I17_OtherColumnsAreAnotherFingerprint) {
  Begin();
  const std::string before = ends_.source->Fingerprint("contact");
  AddField("firstname", "firstName");
  AnswerMetadata(R"(,{"LogicalName":"firstname","AttributeType":"String","IsValidForRead":true})",
                 R"(,"firstName":{"apiName":"firstName","type":"string"})");
  ASSERT_TRUE(Prepare().ok());
  EXPECT_NE(ends_.source->Fingerprint("contact"), before);
}

}  // namespace
}  // namespace causeway::ingress
