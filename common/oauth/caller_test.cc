#include "common/oauth/caller.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "common/http/testing/scripted_client.h"
#include "gtest/gtest.h"

namespace causeway::oauth {
namespace {

class CallerTest : public testing::Test {
 protected:
  async::Task<absl::StatusOr<Token>> Fetch() {
    if (!token_error_.ok()) co_return token_error_;
    co_return Token{absl::StrCat("t", tokens_.fetches()), absl::Seconds(1000)};
  }
  int Status(const std::string& method = "POST") {
    http::Request request;
    request.method = method;
    request.url = "https://contoso.example/x";
    request.body = "body";
    const auto response = loop_.Await(caller_.Call(request, context_));
    return response.ok() ? response->status : -static_cast<int>(response.status().code());
  }

  async::ManualLoop loop_;
  async::Random random_{1};
  http::ScriptedClient http_{loop_};
  absl::Status token_error_;
  TokenCache tokens_{loop_, random_, [this] { return Fetch(); }};
  limits::Limiter limiter_{loop_, {.max = 8, .start = 4}};
  std::vector<std::string> reports_;
  CallContext context_;
  Caller caller_{
      loop_, http_, tokens_, limiter_, [this](const CallReport& report) {
        reports_.push_back(absl::StrCat(std::string(report.method), " ", report.status, " ",
                                        absl::FormatDuration(report.duration), report.retried ? " again" : ""));
      }};
};

TEST_F(CallerTest, SendsWithATokenAndReports) {
  http_.Answer("", 201, "made");
  EXPECT_EQ(Status(), 201);
  EXPECT_EQ(http::HeaderOf(http_.requests()[0], "Authorization"), "Bearer t1");
  EXPECT_EQ(http_.requests()[0].body, "body");
  EXPECT_EQ(reports_, std::vector<std::string>{"POST 201 5ms"});
  EXPECT_EQ(context_.calls, 1);
}

TEST_F(CallerTest, ARefusedTokenIsRenewedAndTheRequestSentOnceMore) {
  http_.Answer("", 401, "");
  http_.Answer("", 200, "");
  EXPECT_EQ(Status(), 200);
  ASSERT_EQ(http_.requests().size(), 2u);
  EXPECT_EQ(http::HeaderOf(http_.requests()[1], "Authorization"), "Bearer t2");
  EXPECT_EQ(http_.requests()[1].body, "body");
  EXPECT_EQ(http_.requests()[1].headers.size(), http_.requests()[0].headers.size());
  EXPECT_EQ(reports_, (std::vector<std::string>{"POST 401 5ms", "POST 200 5ms again"}));
  EXPECT_EQ(context_.calls, 2) << "both are engine calls";
}

TEST_F(CallerTest, ASecondRefusalIsTheAnswer) {
  http_.Always("", 401, "");
  EXPECT_EQ(Status(), 401);
  EXPECT_EQ(http_.requests().size(), 2u);
}

// Both are refused with the first token; the second one, renewed for one of them, is refused later for another reason.
TEST_F(CallerTest, ARefusedTokenThatWasReplacedMeanwhileSaysNothingOfTheAccount) {
  for (const int status : {401, 401, 200, 401, 200}) http_.Answer("", status, "");
  int first = 0;
  async::Scope scope(loop_);
  auto call = [](Caller& caller, CallContext context, int& status) -> async::Task<void> {
    http::Request request;
    request.method = "POST";
    request.url = "https://contoso.example/x";
    auto response = co_await caller.Call(std::move(request), context);
    status = response.ok() ? response->status : -1;
  };
  scope.Spawn(call(caller_, CallContext(), first));
  EXPECT_EQ(Status(), 200);
  EXPECT_EQ(first, 200);
  EXPECT_EQ(tokens_.fetches(), 3);
}

TEST_F(CallerTest, ATokenThatExpiresWhileTheRightIsAskedForIsNotSent) {
  auto wait = [](async::Loop& loop) -> async::Task<absl::Status> {
    co_await async::SleepFor(loop, absl::Seconds(loop.Now() < absl::Seconds(900) ? 1100 : 1));
    co_return absl::OkStatus();
  };
  context_.before_send = [&] { return wait(loop_); };
  http_.Answer("", 200, "");
  EXPECT_EQ(Status(), 200);
  EXPECT_EQ(http::HeaderOf(http_.requests()[0], "Authorization"), "Bearer t2");
}

TEST_F(CallerTest, WithoutATokenNothingIsSent) {
  token_error_ = absl::FailedPreconditionError("refused");
  EXPECT_EQ(Status(), -static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_TRUE(http_.requests().empty());
  EXPECT_EQ(context_.calls, 0);
  EXPECT_EQ(limiter_.in_flight(), 0);
}

TEST_F(CallerTest, R3_NothingIsSentWhileThoseWhoGiveTokensAskToWait) {
  errors::Detail detail = errors::NewDetail(errors::kDynamicsThrottled, "wait");
  detail.retry_after = absl::Seconds(30);
  token_error_ = errors::Make(std::move(detail));
  EXPECT_LT(Status(), 0);
  EXPECT_TRUE(limiter_.paused()) << "who sends many sees that there is nothing to hurry for";
  EXPECT_EQ(limiter_.limit(), 4) << "it says nothing of the load of those who are written to";
  token_error_ = absl::OkStatus();
  http_.Answer("", 200, "");
  const async::Instant asked = loop_.Now();
  EXPECT_EQ(Status(), 200);
  EXPECT_GE(loop_.Now() - asked, absl::Seconds(30));
  EXPECT_EQ(tokens_.fetches(), 2);
}

TEST_F(CallerTest, R3_WhatAPartOfAnAnswerAsksForHoldsForAll) {
  http_.Always("", 200, "parts");
  const auto within = [](const http::Response& response) -> std::optional<Throttling> {
    EXPECT_EQ(response.body, "parts");
    return Throttling{absl::Seconds(30)};
  };
  http::Request request;
  ASSERT_TRUE(loop_.Await(caller_.Call(request, context_, within)).ok());
  EXPECT_TRUE(limiter_.paused());
  EXPECT_EQ(limiter_.limit(), 2);
  const async::Instant asked = loop_.Now();
  EXPECT_EQ(Status(), 200);
  EXPECT_GE(loop_.Now() - asked, absl::Seconds(30));
}

TEST_F(CallerTest, AsksBeforeEachSendAndObeys) {
  int asked = 0;
  auto ask = [](int* asked) -> async::Task<absl::Status> {
    co_return ++*asked < 2 ? absl::OkStatus() : absl::AbortedError("lost");
  };
  context_.before_send = [&] { return ask(&asked); };
  http_.Answer("", 401, "");
  EXPECT_EQ(Status(), -static_cast<int>(absl::StatusCode::kAborted));
  EXPECT_EQ(http_.requests().size(), 1u) << "the second send was not allowed";
  EXPECT_EQ(context_.calls, 1);
}

TEST_F(CallerTest, R1_WhatTheLastCheckRefusesIsNoCall) {
  absl::Status right = absl::AbortedError("lost");
  context_.last_check = [&] { return right; };
  EXPECT_EQ(Status(), -static_cast<int>(absl::StatusCode::kAborted));
  EXPECT_TRUE(http_.requests().empty());
  EXPECT_EQ(context_.calls, 0);
  EXPECT_TRUE(reports_.empty()) << "nothing was sent";
  EXPECT_EQ(limiter_.in_flight(), 0);
  right = absl::OkStatus();
  http_.Answer("", 200, "");
  EXPECT_EQ(Status(), 200);
  EXPECT_EQ(context_.calls, 1);
}

TEST_F(CallerTest, R3_LearnsFromAnswersHowMuchMayBeSent) {
  struct Case {
    int status;
    http::Headers headers;
    int limit;
    bool paused;
  };
  const std::vector<Case> cases = {{200, {}, 4, false},
                                   {500, {}, 4, false},
                                   {404, {}, 4, false},
                                   {429, {}, 2, true},
                                   {429, {{"retry-after", "30"}}, 2, true},
                                   {503, {{"retry-after", "30"}}, 2, true},
                                   {503, {}, 3, false},
                                   {502, {}, 3, false},
                                   {504, {}, 3, false}};
  for (const Case& c : cases) {
    limits::Limiter limiter(loop_, {.max = 8, .start = 4});
    Caller caller(loop_, http_, tokens_, limiter, nullptr);
    http_.Answer("", c.status, "", c.headers);
    ASSERT_TRUE(loop_.Await(caller.Call({}, context_)).ok());
    EXPECT_EQ(limiter.limit(), c.limit) << c.status;
    EXPECT_EQ(limiter.paused(), c.paused) << c.status;
  }
}

TEST_F(CallerTest, R3_ARequestThatIsAboutToGoWaitsWhenAnotherIsToldTo) {
  http_.Answer("", 429, "", {{"retry-after", "30"}});
  http_.Always("", 200, "");
  auto slowly = [](async::Loop& loop) -> async::Task<absl::Status> {
    co_await async::SleepFor(loop, absl::Seconds(1));
    co_return absl::OkStatus();
  };
  auto call = [](Caller& caller, CallContext& context) -> async::Task<void> {
    http::Request request;
    (void)co_await caller.Call(request, context);
  };
  CallContext slow;
  slow.before_send = [&] { return slowly(loop_); };
  async::Scope scope(loop_);
  scope.Spawn(call(caller_, slow));
  scope.Spawn(call(caller_, context_));
  loop_.Advance(absl::Seconds(29));
  EXPECT_EQ(http_.requests().size(), 1u);
  ASSERT_TRUE(loop_.AdvanceUntil([&] { return scope.size() == 0; }));
  EXPECT_EQ(http_.requests().size(), 2u);
  EXPECT_EQ(slow.calls, 1);
}

TEST_F(CallerTest, ATimeoutLowersTheLimitAndABrokenConnectionDoesNot) {
  http_.Fail("", absl::UnavailableError("refused"));
  EXPECT_EQ(Status(), -static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_EQ(limiter_.limit(), 4);
  http_.Fail("", absl::DeadlineExceededError("late"));
  EXPECT_EQ(Status(), -static_cast<int>(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(limiter_.limit(), 3);
  EXPECT_EQ(reports_, (std::vector<std::string>{"POST 0 5ms", "POST 0 5ms"}));
}

TEST_F(CallerTest, KeepsWithinTheLimit) {
  http_.Always("", 200, "");
  auto call = [](Caller& caller, CallContext& context) -> async::Task<void> {
    http::Request request;
    (void)co_await caller.Call(request, context);
  };
  async::Scope scope(loop_);
  for (int i = 0; i < 100; ++i) scope.Spawn(call(caller_, context_));
  loop_.AdvanceUntil([&] { return scope.size() == 0; });
  EXPECT_EQ(http_.requests().size(), 100u);
  EXPECT_EQ(http_.max_in_flight(), 8);
}

}  // namespace
}  // namespace causeway::oauth
