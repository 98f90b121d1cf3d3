// Replicas that can't be heard: what may be said and told while they may still write.
#include "services/controller/lifecycle.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/controller/testing/lifecycle_world.h"

namespace causeway::controller {
namespace {

using ::testing::HasSubstr;

// It may be cut off from the controller alone, and goes on until it reads in Kafka that its run is over.
TEST(Lifecycle, W3_StoppedIsSaidWhenAReplicaThatCantBeHeardHasLostTheRightToWrite) {
  World world;
  States().at("running")(world);
  world.lifecycle.Disconnected(kReplica, world.now);
  world.Pass(absl::Minutes(5));
  EXPECT_EQ(Stop(world), "STARTING");
  world.Pass(kRunLapses - absl::Milliseconds(500));
  EXPECT_EQ(world.Status(), "STARTING");
  EXPECT_THAT(world.lifecycle.WaitingFor(world.now), HasSubstr("can't be heard"));
  EXPECT_EQ(Start(world), "CW-API-STATE");
  world.Pass(absl::Milliseconds(500));
  EXPECT_EQ(world.Status(), "STOPPED");
}

TEST(Lifecycle, W3_WhoIsHeardToHaveEndedIsNotWaitedFor) {
  World world;
  States().at("running")(world);
  world.lifecycle.Disconnected(kReplica, world.now);
  world.Pass(absl::Seconds(3));
  Stop(world);
  world.Report(Phase::PHASE_STOPPED);
  EXPECT_EQ(world.Status(), "STOPPED");
}

TEST(Lifecycle, W3_ASilentReplicaThatWasToldToRunMayHaveBegun) {
  World world;
  States().at("started, a replica connected")(world);
  world.lifecycle.Told(kReplica);
  world.Pass(absl::Seconds(11));
  EXPECT_EQ(Stop(world), "STARTING");
  world.Pass(kRunLapses);
  EXPECT_EQ(world.Status(), "STOPPED");
}

// It is cut off while it is still starting, for longer than a loop may take: it isn't hanging, and may begin to write.
TEST(Lifecycle, W3_OneThatWasLongStartingCountsUntilItsRightHasLapsed) {
  World world;
  Start(world);
  for (int i = 0; i < 24; ++i) {
    world.Report(Phase::PHASE_STARTING);
    world.Pass(absl::Milliseconds(500));
  }
  EXPECT_EQ(Stop(world), "STARTING");
  world.Pass(kRunLapses - absl::Milliseconds(500));
  EXPECT_EQ(world.Status(), "STARTING");
  world.Pass(absl::Milliseconds(500));
  EXPECT_EQ(world.Status(), "STOPPED");
}

TEST(Lifecycle, W3_ANewRunIsNotToldWhileOneThatFellSilentMayWriteTheLastOne) {
  World world;
  States().at("running")(world);
  Fail(world);
  world.lifecycle.Report("r2", "p2", nullptr, world.now);
  Start(world);
  EXPECT_FALSE(world.lifecycle.RoleOf("r2").has_value());
  world.Pass(kRunLapses);
  EXPECT_TRUE(world.lifecycle.RoleOf("r2").has_value());
}

TEST(Lifecycle, W3_ANewRunIsToldWhenTheLastOneCantWriteAnyMore) {
  World world;
  States().at("running")(world);
  world.lifecycle.Disconnected(kReplica, world.now);
  world.Pass(absl::Seconds(3));
  Fail(world);
  world.lifecycle.Report("r2", "p2", nullptr, world.now);
  EXPECT_EQ(Start(world), "STARTING");
  EXPECT_FALSE(world.lifecycle.RoleOf("r2").has_value());
  EXPECT_THAT(world.lifecycle.WaitingFor(world.now), HasSubstr("of the run before to end"));
  for (const async::Instant lapses = world.now + kRunLapses; world.now < lapses;) {
    EXPECT_FALSE(world.lifecycle.RoleOf("r2").has_value());
    world.Pass(absl::Milliseconds(500));
    world.lifecycle.Report("r2", "p2", nullptr, world.now);
  }
  ASSERT_TRUE(world.lifecycle.RoleOf("r2").has_value());
  EXPECT_FALSE(world.lifecycle.RoleOf("r2")->stop);
  // What was known of the run before is of no account for this one's end.
  world.Pass(absl::Seconds(1));
  EXPECT_EQ(Stop(world), "STOPPED");
}

TEST(Lifecycle, W3_AControllerThatHasJustBegunKnowsNotWhoCantBeHeard) {
  const async::Instant begun = absl::Seconds(100);
  const async::Instant lapsed = begun + kRunLapses;
  Lifecycle stopped(kName, v1::WORKFLOW_TYPE_INGRESS, {false, 3, 2, std::nullopt}, begun, true);
  EXPECT_EQ(StatusName(stopped.status(lapsed - absl::Milliseconds(1))), "STARTING");
  EXPECT_EQ(StatusName(stopped.status(lapsed)), "STOPPED");
  const Lifecycle never_started(kName, v1::WORKFLOW_TYPE_INGRESS, {}, begun, true);
  EXPECT_EQ(StatusName(never_started.status(begun)), "STOPPED");

  // Whether anybody was told of the run before this one began, only a replica that holds it tells.
  Lifecycle started(kName, v1::WORKFLOW_TYPE_INGRESS, {true, 3, 2, std::nullopt}, begun, true);
  started.Report("idle", "p1", nullptr, begun);
  EXPECT_FALSE(started.RoleOf("idle").has_value());
  v1::WorkflowReport runs;
  runs.set_run(3);
  runs.set_phase(Phase::PHASE_RUNNING);
  started.Report(kReplica, "p2", &runs, begun);
  EXPECT_TRUE(started.RoleOf("idle").has_value());
}

// The first one is cut off from the controller, and another process takes its name: the stop is heard by that one only.
TEST(Lifecycle, W9_AnotherProcessOfTheNameDoesntSpeakForTheFirst) {
  World world;
  Start(world);
  world.Report(Phase::PHASE_STARTING);
  world.Turn();
  ASSERT_EQ(world.Status(), "RUNNING");
  world.lifecycle.Report(kReplica, "p2", nullptr, world.now);
  Stop(world);
  world.lifecycle.Heard(kReplica);
  EXPECT_EQ(world.Status(), "STARTING") << "the first one may still write";
  EXPECT_FALSE(world.lifecycle.AtRest(world.now));
  world.Pass(kRunLapses);
  world.lifecycle.Report(kReplica, "p2", nullptr, world.now);
  EXPECT_EQ(world.Status(), "STOPPED");
  EXPECT_TRUE(world.lifecycle.AtRest(world.now));
}

}  // namespace
}  // namespace causeway::controller
