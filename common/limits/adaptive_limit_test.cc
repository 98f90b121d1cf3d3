#include "common/limits/adaptive_limit.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace causeway::limits {
namespace {

// Each letter is an answer at full use of the limit: s success, t 429, o timeout; a digit: that many rounds of
// successes.
struct Case {
  std::string name;
  AdaptiveLimit::Options options;
  std::string answers;
  int limit;
};

int Play(AdaptiveLimit& limit, const std::string& answers) {
  for (char answer : answers) {
    if (answer == 's') limit.OnSuccess(limit.limit());
    if (answer == 't') limit.OnThrottled(limit.round(), absl::ZeroDuration(), std::nullopt);
    if (answer == 'o') limit.OnTimeout(limit.round());
    if (answer < '0' || answer > '9') continue;
    for (int round = 0; round < answer - '0'; ++round) {
      const int successes = limit.limit();
      for (int i = 0; i < successes; ++i) limit.OnSuccess(limit.limit());
    }
  }
  return limit.limit();
}

TEST(AdaptiveLimit, LearnsFromAnswers) {
  const AdaptiveLimit::Options usual{.max = 52, .start = 2};
  const std::vector<Case> cases = {
      {"starts low", usual, "", 2},
      {"starts within the maximum", {.max = 1, .start = 2}, "", 1},
      {"a maximum of nothing is one", {.max = 0, .start = 0}, "", 1},
      {"doubles every round at first", usual, "1", 4},
      {"doubles every round at first", usual, "3", 16},
      {"not above the maximum", usual, "9", 52},
      {"halves at a refusal", usual, "9t", 26},
      {"falls less at a timeout", usual, "9o", 39},
      {"not below one", usual, "tttttttt", 1},
      {"rises by one a round after a refusal", usual, "9t3", 29},
      {"rises by one a round after a timeout", usual, "9o3", 42},
      {"comes back from one", usual, "tttt4", 5},
  };
  for (const Case& c : cases) {
    AdaptiveLimit limit(c.options);
    EXPECT_EQ(Play(limit, c.answers), c.limit) << c.name << ": " << c.answers;
  }
}

TEST(AdaptiveLimit, TheRefusalsOfOneRoundCountOnce) {
  AdaptiveLimit limit({.max = 64, .start = 64});
  const AdaptiveLimit::Round round = limit.round();
  for (int i = 0; i < 64; ++i) limit.OnThrottled(round, absl::ZeroDuration(), std::nullopt);
  EXPECT_EQ(limit.limit(), 32);
  limit.OnThrottled(limit.round(), absl::ZeroDuration(), std::nullopt);
  EXPECT_EQ(limit.limit(), 16);
}

TEST(AdaptiveLimit, DoesNotGrowWhileItIsNotUsed) {
  AdaptiveLimit limit({.max = 64, .start = 4});
  for (int i = 0; i < 100; ++i) limit.OnSuccess(3);
  EXPECT_EQ(limit.limit(), 4);
}

TEST(AdaptiveLimit, R3_PausesAsLongAsRetryAfterAsks) {
  AdaptiveLimit limit({});
  const async::Instant now = absl::Seconds(100);
  EXPECT_LE(limit.paused_until(), now);
  limit.OnThrottled(limit.round(), now, absl::Seconds(30));
  EXPECT_EQ(limit.paused_until(), absl::Seconds(130));
  limit.OnThrottled(limit.round(), now + absl::Seconds(1), absl::Seconds(5));
  EXPECT_EQ(limit.paused_until(), absl::Seconds(130)) << "a shorter wait does not shorten a longer one";
  limit.OnThrottled(limit.round(), now, std::nullopt);
  EXPECT_EQ(limit.paused_until(), absl::Seconds(130));
}

TEST(AdaptiveLimit, PausesWithinReason) {
  AdaptiveLimit limit({.max_pause = absl::Minutes(15)});
  limit.OnThrottled(limit.round(), absl::ZeroDuration(), absl::Hours(24 * 365));
  EXPECT_EQ(limit.paused_until(), absl::Minutes(15));
  AdaptiveLimit other({});
  other.OnThrottled(other.round(), absl::Seconds(10), absl::Seconds(-5));
  EXPECT_EQ(other.paused_until(), absl::Seconds(10));
}

}  // namespace
}  // namespace causeway::limits
