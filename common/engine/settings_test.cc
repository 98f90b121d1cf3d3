#include "common/engine/settings.h"

#include "gtest/gtest.h"

namespace causeway::engine {
namespace {

TEST(Settings, EgressAsksOftenEnoughForAnEventToBeOnItsTimelineWithinTwoSeconds) {
  v1::Definition definition;
  EXPECT_EQ(PollInterval(definition), absl::Seconds(2));
  definition.set_type(v1::WORKFLOW_TYPE_EGRESS);
  EXPECT_EQ(PollInterval(definition), absl::Seconds(1));
  definition.mutable_settings()->mutable_poll_interval()->set_nanos(500'000'000);
  EXPECT_EQ(PollInterval(definition), absl::Milliseconds(500));
}

TEST(Settings, R1_ARequestMayLandForTwiceItsDeadlineMoreUnlessToldOtherwise) {
  v1::WorkflowSettings settings;
  EXPECT_EQ(LandingTime(settings, absl::Seconds(10)), absl::Seconds(30));
  settings.mutable_landing_margin()->set_seconds(45);
  EXPECT_EQ(LandingTime(settings, absl::Seconds(10)), absl::Seconds(55));
  settings.mutable_landing_margin()->set_seconds(0);
  EXPECT_EQ(LandingTime(settings, absl::Seconds(10)), absl::Seconds(10));
}

}  // namespace
}  // namespace causeway::engine
