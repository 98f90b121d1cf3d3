#include "common/limits/limiter.h"

#include <memory>
#include <vector>

#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "common/async/testing/manual_loop.h"
#include "gtest/gtest.h"

namespace causeway::limits {
namespace {

class LimiterTest : public testing::Test {
 protected:
  // Holds a permit for a second, then tells `end` of it.
  enum class End { kSucceeded, kThrottled, kTimedOut, kDropped };
  async::Task<void> Hold(int name, End end = End::kDropped) {
    Permit permit = co_await limiter_.Acquire();
    order_.push_back(name);
    co_await async::SleepFor(loop_, absl::Seconds(1));
    if (end == End::kSucceeded) permit.Succeeded();
    if (end == End::kThrottled) permit.Throttled(absl::Seconds(10));
    if (end == End::kTimedOut) permit.TimedOut();
  }

  async::ManualLoop loop_;
  Limiter limiter_{loop_, {.max = 8, .start = 2}};
  std::vector<int> order_;
  async::Scope scope_{loop_};
};

TEST_F(LimiterTest, AdmitsUpToTheLimitAndTheRestInOrder) {
  for (int i = 0; i < 5; ++i) scope_.Spawn(Hold(i));
  loop_.RunPosted();
  EXPECT_EQ(order_, (std::vector<int>{0, 1}));
  EXPECT_EQ(limiter_.in_flight(), 2);
  EXPECT_EQ(limiter_.waiting(), 3u);
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(order_, (std::vector<int>{0, 1, 2, 3}));
  loop_.Advance(absl::Seconds(2));
  EXPECT_EQ(order_, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(limiter_.in_flight(), 0);
}

TEST_F(LimiterTest, SuccessAdmitsMore) {
  for (int i = 0; i < 20; ++i) scope_.Spawn(Hold(i, End::kSucceeded));
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(limiter_.limit(), 4);
  EXPECT_EQ(order_.size(), 6u);
}

TEST_F(LimiterTest, R3_AThrottledOneHoldsBackAllUntilRetryAfter) {
  scope_.Spawn(Hold(0, End::kThrottled));
  loop_.Advance(absl::Seconds(1));
  EXPECT_TRUE(limiter_.paused());
  scope_.Spawn(Hold(1));
  loop_.Advance(absl::Seconds(10) - absl::Milliseconds(1));
  EXPECT_EQ(order_, (std::vector<int>{0}));
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(order_, (std::vector<int>{0, 1}));
  EXPECT_EQ(limiter_.limit(), 1);
  EXPECT_EQ(limiter_.time_throttled(), absl::Seconds(10));
}

TEST_F(LimiterTest, R3_APauseForAnotherReasonHoldsAllBackAndLeavesTheLimit) {
  limiter_.PauseFor(absl::Seconds(10));
  EXPECT_TRUE(limiter_.paused());
  scope_.Spawn(Hold(0));
  loop_.Advance(absl::Seconds(10) - absl::Milliseconds(1));
  EXPECT_TRUE(order_.empty());
  limiter_.PauseFor(absl::Seconds(-1));
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(order_, (std::vector<int>{0}));
  EXPECT_EQ(limiter_.limit(), 2);
  limiter_.PauseFor(absl::Hours(24));
  loop_.Advance(absl::Minutes(15));
  EXPECT_FALSE(limiter_.paused()) << "a mistaken header must not stop a workflow for days";
}

TEST_F(LimiterTest, ALaterRefusalLengthensThePauseOfThoseWhoWait) {
  scope_.Spawn(Hold(0, End::kThrottled));
  loop_.Advance(absl::Milliseconds(500));
  scope_.Spawn(Hold(1, End::kThrottled));
  loop_.Advance(absl::Milliseconds(500));  // Paused until 11 s.
  scope_.Spawn(Hold(2));
  loop_.Advance(absl::Seconds(10));  // The other's refusal at 1.5 s made it 11.5 s.
  EXPECT_EQ(order_, (std::vector<int>{0, 1}));
  loop_.Advance(absl::Milliseconds(500));
  EXPECT_EQ(order_, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(limiter_.time_throttled(), absl::Seconds(10.5));
}

TEST_F(LimiterTest, WhoIsDestroyedWhileWaitingOrHoldingGivesItsPlaceBack) {
  auto holder = std::make_unique<async::Scope>(loop_);
  holder->Spawn(Hold(0));
  holder->Spawn(Hold(1));
  auto waiter = std::make_unique<async::Scope>(loop_);
  waiter->Spawn(Hold(2));
  scope_.Spawn(Hold(3));
  waiter.reset();
  holder.reset();
  loop_.RunPosted();
  EXPECT_EQ(order_, (std::vector<int>{0, 1, 3}));
  EXPECT_EQ(limiter_.in_flight(), 1);
}

TEST_F(LimiterTest, WhoIsDestroyedBetweenAdmissionAndItsTurnGivesItsPlaceBack) {
  auto holders = std::make_unique<async::Scope>(loop_);
  holders->Spawn(Hold(0));
  holders->Spawn(Hold(1));
  auto admitted = std::make_unique<async::Scope>(loop_);
  admitted->Spawn(Hold(2));
  admitted->Spawn(Hold(3));
  holders.reset();
  EXPECT_EQ(limiter_.in_flight(), 2) << "2 and 3 are admitted, and have not run yet";
  admitted.reset();
  EXPECT_EQ(limiter_.in_flight(), 0);
  loop_.RunPosted();
  EXPECT_EQ(order_, (std::vector<int>{0, 1}));
}

TEST_F(LimiterTest, MayBeDestroyedWhilePaused) {
  auto limiter = std::make_unique<Limiter>(loop_, AdaptiveLimit::Options{});
  auto refuse = [](Limiter& limiter) -> async::Task<void> {
    Permit permit = co_await limiter.Acquire();
    permit.Throttled(absl::Seconds(5));
    Permit never = co_await limiter.Acquire();
  };
  auto scope = std::make_unique<async::Scope>(loop_);
  scope->Spawn(refuse(*limiter));
  loop_.RunPosted();
  scope.reset();
  limiter.reset();
  loop_.Advance(absl::Seconds(10));
  EXPECT_EQ(loop_.timers(), 0u);
}

}  // namespace
}  // namespace causeway::limits
