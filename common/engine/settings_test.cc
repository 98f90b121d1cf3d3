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

}  // namespace
}  // namespace causeway::engine
