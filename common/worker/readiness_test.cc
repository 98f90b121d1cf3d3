#include "common/worker/readiness.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::worker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReadinessTest : public ::testing::Test {
 protected:
  std::vector<bool> told_;
  Readiness readiness_{[this](bool ready) { told_.push_back(ready); }};
};

TEST_F(ReadinessTest, K3_NeedsBrokerAndController) {
  readiness_.BrokerReachable(true);
  EXPECT_THAT(told_, IsEmpty());
  readiness_.ControllerSeen();
  readiness_.ControllerSeen();
  EXPECT_THAT(told_, ElementsAre(true));
}

TEST_F(ReadinessTest, K3_ABrokerThatIsAwayMakesItNotReady) {
  readiness_.BrokerReachable(true);
  readiness_.ControllerSeen();
  readiness_.BrokerReachable(false);
  readiness_.BrokerReachable(true);
  EXPECT_THAT(told_, ElementsAre(true, false, true));
}

TEST_F(ReadinessTest, K3_WhatStopsIsNeverReadyAgain) {
  readiness_.BrokerReachable(true);
  readiness_.ControllerSeen();
  readiness_.Stopping();
  readiness_.BrokerReachable(false);
  readiness_.BrokerReachable(true);
  EXPECT_THAT(told_, ElementsAre(true, false));
}

}  // namespace
}  // namespace causeway::worker
