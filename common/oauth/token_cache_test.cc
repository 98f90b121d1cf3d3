#include "common/oauth/token_cache.h"

#include <memory>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::oauth {
namespace {

class TokenCacheTest : public testing::Test {
 protected:
  // Takes a second; gives t1, t2, … of 1,000 s, or the error.
  async::Task<absl::StatusOr<Token>> Fetch() {
    const int number = cache_.fetches();
    co_await async::SleepFor(loop_, absl::Seconds(1));
    if (!error_.ok()) co_return error_;
    co_return Token{absl::StrCat("t", number), absl::Seconds(1000)};
  }
  async::Task<void> GetInto(std::vector<std::string>& got) {
    const absl::StatusOr<TokenCache::Held> token = co_await cache_.Get();
    got.push_back(token.ok() ? **token : std::string(token.status().message()));
  }
  std::string Get() {
    const auto token = loop_.Await(cache_.Get());
    return token.ok() ? **token : std::string(token.status().message());
  }

  async::ManualLoop loop_;
  async::Random random_{1};
  absl::Status error_;
  TokenCache cache_{loop_, random_, [this] { return Fetch(); }};
};

TEST_F(TokenCacheTest, AsksOnceForAllWhoWait) {
  std::vector<std::string> got;
  async::Scope scope(loop_);
  for (int i = 0; i < 10; ++i) scope.Spawn(GetInto(got));
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(got, std::vector<std::string>(10, "t1"));
  EXPECT_EQ(cache_.fetches(), 1);
}

TEST_F(TokenCacheTest, RenewsBeforeExpiryWhileOthersGoOnWithTheOldOne) {
  EXPECT_EQ(Get(), "t1");
  loop_.Advance(absl::Seconds(799));
  EXPECT_EQ(Get(), "t1");
  EXPECT_EQ(cache_.fetches(), 1);
  loop_.Advance(absl::Seconds(101));
  std::vector<std::string> got;
  async::Scope scope(loop_);
  scope.Spawn(GetInto(got));
  scope.Spawn(GetInto(got));
  loop_.RunPosted();
  EXPECT_EQ(got, std::vector<std::string>{"t1"}) << "the second one need not wait";
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(got, (std::vector<std::string>{"t1", "t2"}));
  EXPECT_EQ(cache_.fetches(), 2);
}

TEST_F(TokenCacheTest, ReplicasRenewAtDifferentTimes) {
  std::set<int64_t> times;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    async::Random random(seed);
    int fetches = 0;
    auto fetch = [](int* fetches) -> async::Task<absl::StatusOr<Token>> {
      ++*fetches;
      co_return Token{"t", absl::Seconds(1000)};
    };
    TokenCache cache(loop_, random, [&] { return fetch(&fetches); });
    int second = 0;
    while (fetches < 2) {
      ASSERT_TRUE(loop_.Await(cache.Get()).ok());
      loop_.Advance(absl::Seconds(1));
      ASSERT_LE(++second, 901);
    }
    EXPECT_GE(second, 800);
    times.insert(second);
  }
  EXPECT_GT(times.size(), 10u);
}

TEST_F(TokenCacheTest, ARefusedTokenIsRenewedOnce) {
  const TokenCache::Held first = *loop_.Await(cache_.Get());
  cache_.Refused(first);
  EXPECT_EQ(Get(), "t2");
  cache_.Refused(first);
  EXPECT_EQ(Get(), "t2") << "others that were refused with the old one find the new one";
  EXPECT_EQ(cache_.fetches(), 2);
}

TEST_F(TokenCacheTest, WhoWaitsSharesTheErrorAndTheNextOneAsksAgain) {
  error_ = absl::UnavailableError("away");
  std::vector<std::string> got;
  async::Scope scope(loop_);
  for (int i = 0; i < 5; ++i) scope.Spawn(GetInto(got));
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(got, std::vector<std::string>(5, "away"));
  EXPECT_EQ(cache_.fetches(), 1);
  error_ = absl::OkStatus();
  EXPECT_EQ(Get(), "t2");
}

TEST_F(TokenCacheTest, AFailedEarlyRenewalLeavesTheOldTokenInUseAndIsNotRepeatedAtOnce) {
  EXPECT_EQ(Get(), "t1");
  loop_.Advance(absl::Seconds(900));
  error_ = absl::UnavailableError("away");
  EXPECT_EQ(Get(), "t1");
  EXPECT_EQ(Get(), "t1");
  EXPECT_EQ(cache_.fetches(), 2);
  loop_.Advance(absl::Seconds(11));
  EXPECT_EQ(Get(), "t1");
  EXPECT_EQ(cache_.fetches(), 3);
  loop_.Advance(absl::Seconds(100));
  EXPECT_EQ(Get(), "away") << "the old one has expired";
  error_ = absl::OkStatus();
  EXPECT_EQ(Get(), "t5") << "without a token there is nothing to wait for";
}

absl::Status Throttled(absl::Duration retry_after) {
  errors::Detail detail = errors::NewDetail(errors::kDynamicsThrottled, "wait");
  detail.retry_after = retry_after;
  return errors::Make(std::move(detail));
}

TEST_F(TokenCacheTest, R3_AnEndpointThatAsksToWaitIsNotAskedBefore) {
  error_ = Throttled(absl::Seconds(30));
  EXPECT_EQ(Get(), "wait");
  error_ = absl::OkStatus();
  loop_.Advance(absl::Seconds(20));
  const absl::Status early = loop_.Await(cache_.Get()).status();
  EXPECT_EQ(errors::Describe(early).retry_after, absl::Seconds(10)) << "what is left of it";
  loop_.Advance(absl::Seconds(10) - absl::Milliseconds(1));
  EXPECT_EQ(Get(), "wait");
  EXPECT_EQ(cache_.fetches(), 1);
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(Get(), "t2");
}

TEST_F(TokenCacheTest, R3_AThrottledEarlyRenewalWaitsToo) {
  EXPECT_EQ(Get(), "t1");
  loop_.Advance(absl::Seconds(900));
  error_ = Throttled(absl::Seconds(60));
  const TokenCache::Held old = *loop_.Await(cache_.Get());
  error_ = absl::OkStatus();
  loop_.Advance(absl::Seconds(59));
  EXPECT_EQ(Get(), "t1");
  cache_.Refused(old);
  EXPECT_EQ(Get(), "wait") << "not even when the old one is no good any more";
  EXPECT_EQ(cache_.fetches(), 2);
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(Get(), "t3");
}

TEST_F(TokenCacheTest, R3_AMistakenHeaderDoesNotStopItForDays) {
  error_ = Throttled(absl::Hours(240));
  EXPECT_EQ(Get(), "wait");
  error_ = absl::OkStatus();
  loop_.Advance(absl::Minutes(15));
  EXPECT_EQ(Get(), "t2");
}

TEST_F(TokenCacheTest, IsProvenByItsFirstToken) {
  EXPECT_FALSE(cache_.proven());
  const TokenCache::Held first = *loop_.Await(cache_.Get());
  cache_.Refused(first);
  EXPECT_TRUE(cache_.proven());
}

TEST_F(TokenCacheTest, WhoIsDestroyedWhileItRenewsLeavesItToTheNext) {
  std::vector<std::string> got;
  auto renewing = std::make_unique<async::Scope>(loop_);
  renewing->Spawn(GetInto(got));
  async::Scope waiting(loop_);
  waiting.Spawn(GetInto(got));
  waiting.Spawn(GetInto(got));
  loop_.RunPosted();
  renewing.reset();
  loop_.Advance(absl::Seconds(2));
  EXPECT_EQ(got, (std::vector<std::string>{"t2", "t2"}));
}

}  // namespace
}  // namespace causeway::oauth
