#include "common/limits/retry_policy.h"

#include <vector>

#include "gtest/gtest.h"

namespace causeway::limits {
namespace {

struct Bounds {
  absl::Duration least, most;
};

// What a thousand draws lie between.
Bounds DrawMany(const RetryPolicy& policy, int attempt, std::optional<absl::Duration> retry_after) {
  async::Random random(1);
  Bounds bounds{absl::InfiniteDuration(), -absl::InfiniteDuration()};
  for (int i = 0; i < 1000; ++i) {
    const absl::Duration delay = policy.Delay(attempt, retry_after, random);
    bounds.least = std::min(bounds.least, delay);
    bounds.most = std::max(bounds.most, delay);
  }
  return bounds;
}

TEST(RetryPolicy, BacksOffWithFullJitterUpToACap) {
  const RetryPolicy policy{.first = absl::Seconds(1), .cap = absl::Seconds(30)};
  const std::vector<std::pair<int, absl::Duration>> cases = {
      {0, absl::Seconds(1)},  {1, absl::Seconds(1)},  {2, absl::Seconds(2)},          {3, absl::Seconds(4)},
      {5, absl::Seconds(16)}, {6, absl::Seconds(30)}, {1000000000, absl::Seconds(30)}};
  for (const auto& [attempt, most] : cases) {
    const Bounds bounds = DrawMany(policy, attempt, std::nullopt);
    EXPECT_GE(bounds.least, absl::ZeroDuration());
    EXPECT_LT(bounds.least, most * 0.05) << "attempt " << attempt;
    EXPECT_GT(bounds.most, most * 0.95) << "attempt " << attempt;
    EXPECT_LE(bounds.most, most) << "attempt " << attempt;
  }
}

TEST(RetryPolicy, R3_NeverComesBackBeforeRetryAfter) {
  const RetryPolicy policy{};
  const Bounds bounds = DrawMany(policy, 1, absl::Seconds(60));
  EXPECT_GE(bounds.least, absl::Seconds(60));
  EXPECT_GT(bounds.most, absl::Seconds(65)) << "all would come back together";
  EXPECT_LE(bounds.most, absl::Seconds(66));
}

TEST(RetryPolicy, TakesAnUnreasonableRetryAfterForTheLongestReasonableOne) {
  const RetryPolicy policy{.max_retry_after = absl::Minutes(15)};
  EXPECT_LE(DrawMany(policy, 1, absl::Hours(1000)).most, absl::Minutes(16.5));
  EXPECT_GE(DrawMany(policy, 1, absl::Hours(-1)).least, absl::ZeroDuration());
}

TEST(RetryPolicy, OneSeedGivesOneRow) {
  async::Random a(7), b(7);
  for (int attempt = 1; attempt < 20; ++attempt)
    EXPECT_EQ(RetryPolicy{}.Delay(attempt, std::nullopt, a), RetryPolicy{}.Delay(attempt, std::nullopt, b));
}

}  // namespace
}  // namespace causeway::limits
