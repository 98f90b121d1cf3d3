#include "services/ingress/dynamics_source.h"

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
}

TEST_F(DynamicsSourceTest, R2_NeverAsksAnotherHost) {
  Begin();
  const size_t before = http_.requests().size();
  EXPECT_TRUE(errors::Is(Read("https://evil.example/x").status(), errors::kDynamicsForeignLink));
  EXPECT_EQ(http_.requests().size(), before);
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
