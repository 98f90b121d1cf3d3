#include "common/errors/error.h"

#include "gtest/gtest.h"

namespace causeway::errors {
namespace {

TEST(Error, CarriesItsWholeDetail) {
  Detail detail = NewDetail(kCampaignThrottled, "Campaign asked to wait.", "contoso");
  detail.retry_after = absl::Milliseconds(1500);
  detail.maybe_done = true;
  detail.excerpt = "\"quoted\" \xc3\xa9";
  const Detail got = Describe(Make(detail));
  EXPECT_EQ(got.code, "CW-CAM-THROTTLED");
  EXPECT_EQ(got.kind, Kind::kTransient);
  EXPECT_EQ(got.message, "Campaign asked to wait.");
  EXPECT_EQ(got.subject, "contoso");
  EXPECT_EQ(got.excerpt, detail.excerpt);
  EXPECT_EQ(got.retry_after, absl::Milliseconds(1500));
  EXPECT_TRUE(got.maybe_done);
  EXPECT_FALSE(got.remedy.empty());
}

TEST(Error, NoWaitBecomesShorterOnItsWay) {
  Detail detail = NewDetail(kCampaignThrottled, "Campaign asked to wait.");
  detail.retry_after = absl::Nanoseconds(1'500'000'001);
  EXPECT_EQ(Describe(Make(detail)).retry_after, absl::Milliseconds(1501));
}

TEST(Error, SurvivesAnExcerptThatIsNotUtf8) {
  Detail detail = NewDetail(kCampaignRefused, "refused");
  detail.excerpt = std::string("\xff\xfe\0x", 4);
  EXPECT_EQ(Describe(Make(detail)).code, "CW-CAM-REFUSED");
}

TEST(Error, R5_WhatOtherSystemsSayIsShownHarmless) {
  const Detail got = Describe(Make(kCampaignRefused, "refused: \u202ea\x1b[2J\u009b\u2028", "sub\u202eject"));
  EXPECT_EQ(got.message, "refused: \ufffda\ufffd[2J\ufffd\ufffd");
  EXPECT_EQ(got.subject, "sub\ufffdject");
}

TEST(Error, AStatusWithoutDetailIsABug) {
  const Detail got = Describe(absl::InternalError("surprise"));
  EXPECT_EQ(got.code, "CW-BUG");
  EXPECT_EQ(got.kind, Kind::kBug);
}

}  // namespace
}  // namespace causeway::errors
