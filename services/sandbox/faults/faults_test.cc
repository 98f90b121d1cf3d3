#include "services/sandbox/faults/faults.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::sandbox {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

class StoppedClock : public Clock {
 public:
  int64_t NowMillis() const override { return now_ms; }
  int64_t now_ms = 1'000'000;
};

class FaultsTest : public ::testing::Test {
 protected:
  static Fault Of(FaultKind kind) {
    Fault fault;
    fault.kind = kind;
    fault.system = "all";
    fault.until_ms = 1'010'000;
    return fault;
  }
  static http::Fate FateOf(Faults& faults, System system = System::kCampaign, const char* method = "GET",
                           const char* target = "/x") {
    http::Request request;
    request.method = method;
    request.target = target;
    http::Fate fate;
    faults.Apply(system, request, fate);
    return fate;
  }
  http::Fate FateOf(Fault fault) {
    Faults faults(clock_, 1);
    faults.Add(std::move(fault));
    return FateOf(faults);
  }

  StoppedClock clock_;
};

TEST_F(FaultsTest, K7_ThrottlingTellsWholeSecondsToWait) {
  Fault fault = Of(FaultKind::kThrottle);
  fault.retry_after = 1.2;
  const http::Fate fate = FateOf(fault);
  ASSERT_TRUE(fate.instead.has_value());
  EXPECT_EQ(fate.instead->status, 429);
  EXPECT_THAT(fate.instead->headers, Contains(Pair("Retry-After", "2")));
}

TEST_F(FaultsTest, K7_EachSystemFailsInItsOwnWords) {
  Faults faults(clock_, 1);
  Fault fault = Of(FaultKind::kFail);
  fault.status = 502;
  faults.Add(fault);
  EXPECT_EQ(FateOf(faults).instead->status, 502);
  EXPECT_THAT(FateOf(faults, System::kCampaign).instead->body, HasSubstr(R"("code":502)"));
  EXPECT_THAT(FateOf(faults, System::kDynamics).instead->body, HasSubstr(R"({"error":{"code":"0x)"));
}

TEST_F(FaultsTest, K7_EveryKindHasItsFate) {
  Fault late = Of(FaultKind::kDelay);
  late.delay_ms = 70;
  EXPECT_EQ(FateOf(late).wait_before_ms, 70);
  EXPECT_TRUE(FateOf(Of(FaultKind::kLoseRequest)).lose_request);
  EXPECT_TRUE(FateOf(Of(FaultKind::kLoseAnswer)).lose_answer);
  EXPECT_TRUE(FateOf(Of(FaultKind::kCutAnswer)).cut_at.has_value());
  EXPECT_TRUE(FateOf(Of(FaultKind::kHang)).hang);
  const http::Fate html = FateOf(Of(FaultKind::kHtml));
  EXPECT_EQ(html.instead->status, 200);
  EXPECT_EQ(html.instead->content_type, "text/html");
}

TEST_F(FaultsTest, K7_FaultsOfSeveralKindsAddUp) {
  Faults faults(clock_, 1);
  Fault late = Of(FaultKind::kDelay);
  late.delay_ms = 70;
  faults.Add(late);
  faults.Add(late);
  faults.Add(Of(FaultKind::kLoseAnswer));
  const http::Fate fate = FateOf(faults);
  EXPECT_EQ(fate.wait_before_ms, 140);
  EXPECT_TRUE(fate.lose_answer);
}

TEST_F(FaultsTest, K7_StrikesOnlyWhereItIsTold) {
  Faults faults(clock_, 1);
  Fault fault = Of(FaultKind::kHang);
  fault.system = "identity";
  fault.method = "POST";
  fault.path_part = "/token";
  faults.Add(fault);
  EXPECT_TRUE(FateOf(faults, System::kEntra, "POST", "/contoso/oauth2/v2.0/token").hang);
  EXPECT_TRUE(FateOf(faults, System::kIms, "POST", "/ims/token/v3").hang);
  EXPECT_FALSE(FateOf(faults, System::kIms, "GET", "/ims/token/v3").hang);
  EXPECT_FALSE(FateOf(faults, System::kIms, "POST", "/ims/exchange/jwt").hang);
  EXPECT_FALSE(FateOf(faults, System::kCampaign, "POST", "/token").hang);
  EXPECT_EQ(faults.hits(), 2);
}

TEST_F(FaultsTest, K7_EndsWithItsTimeOrItsCount) {
  Faults faults(clock_, 1);
  Fault twice = Of(FaultKind::kHang);
  twice.remaining = 2;
  faults.Add(twice);
  EXPECT_TRUE(FateOf(faults).hang);
  EXPECT_TRUE(FateOf(faults).hang);
  EXPECT_FALSE(FateOf(faults).hang);

  faults.Add(Of(FaultKind::kHang));
  clock_.now_ms = 1'009'999;
  EXPECT_TRUE(FateOf(faults).hang);
  clock_.now_ms = 1'010'000;
  EXPECT_FALSE(FateOf(faults).hang);
  EXPECT_EQ(faults.size(), 0u) << "those that are over are forgotten";
}

TEST_F(FaultsTest, K7_ASeedStrikesTheSameShareAgain) {
  const auto strikes = [&](uint64_t seed) {
    Faults faults(clock_, seed);
    Fault fault = Of(FaultKind::kHang);
    fault.share = 0.3;
    faults.Add(fault);
    std::string pattern;
    for (int i = 0; i < 1000; ++i) pattern += FateOf(faults).hang ? 'x' : '.';
    return std::pair(pattern, faults.hits());
  };
  EXPECT_EQ(strikes(1), strikes(1));
  EXPECT_NE(strikes(1).first, strikes(2).first);
  EXPECT_NEAR(static_cast<double>(strikes(1).second), 300, 60);
}

}  // namespace
}  // namespace causeway::sandbox
