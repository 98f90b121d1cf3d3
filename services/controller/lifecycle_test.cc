// Every event in every state, failures, leases of loops.
#include "services/controller/lifecycle.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/controller/testing/lifecycle_world.h"

namespace causeway::controller {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::map<std::string, Act>& Events() {
  static const auto* const events = new std::map<std::string, Act>{
      {"start", Start},
      {"stop", Stop},
      {"reports that it starts", Then([](World& world) { world.Report(Phase::PHASE_STARTING); })},
      {"its loops turn", Then([](World& world) { world.Turn(); })},
      {"reports that it has stopped", Then([](World& world) { world.Report(Phase::PHASE_STOPPED); })},
      {"reports that it failed", Then([](World& world) { world.Report(Phase::PHASE_FAILED); })},
      {"holds nothing", Then([](World& world) {
         world.lifecycle.Report(kReplica, "p1", nullptr, world.now);
         world.lifecycle.Judge(world.now);
       })},
      {"its stream ends", Then([](World& world) {
         world.lifecycle.Disconnected(kReplica, world.now);
         world.Pass(absl::Seconds(3));
       })},
      {"its loops hang", Then([](World& world) {
         for (int i = 0; i < 11; ++i) {
           world.Report(Phase::PHASE_RUNNING);
           world.Pass(absl::Seconds(1));
         }
       })},
      {"it falls silent", Then([](World& world) { world.Pass(absl::Seconds(11)); })},
  };
  return *events;
}

// Every state × every event. "CW-API-STATE": refused, and nothing changes (W4).
const std::map<std::string, std::map<std::string, std::string>>& Table() {
  static constexpr const char* kEvents[] = {"start",
                                            "stop",
                                            "reports that it starts",
                                            "its loops turn",
                                            "reports that it has stopped",
                                            "reports that it failed",
                                            "holds nothing",
                                            "its stream ends",
                                            "its loops hang",
                                            "it falls silent"};
  static const char* const X = "CW-API-STATE";
  static const char *const O = "STOPPED", *const A = "STARTING", *const R = "RUNNING", *const F = "FAILED";
  static const std::map<std::string, std::vector<const char*>> kRows = {
      // What nobody wants but somebody runs is shown as what it is.
      {"stopped", {A, X, A, R, O, O, O, O, O, O}},
      {"started, nobody there", {X, O, A, R, A, F, A, A, A, A}},
      {"started, a replica connected", {X, O, A, R, A, F, A, A, A, A}},
      {"starting", {X, A, A, R, A, F, A, A, A, A}},
      {"running", {X, R, A, R, A, F, A, A, A, A}},
      {"stopping", {X, X, R, R, O, O, O, A, O, O}},
      {"failed", {A, X, F, F, F, F, F, F, F, F}},
      {"failed, not recorded yet", {A, X, F, F, F, F, F, F, F, F}},
  };
  static const auto* const table = [] {
    auto* made = new std::map<std::string, std::map<std::string, std::string>>;
    for (const auto& [state, row] : kRows) {
      for (size_t i = 0; i < row.size(); ++i) (*made)[state][kEvents[i]] = row[i];
    }
    return made;
  }();
  return *table;
}

TEST(Lifecycle, W2_W3_W4_W5_W8_EveryEventInEveryState) {
  ASSERT_EQ(Table().size(), States().size());
  for (const auto& [state, prepare] : States()) {
    ASSERT_EQ(Table().at(state).size(), Events().size());
    for (const auto& [event, act] : Events()) {
      World world;
      prepare(world);
      const std::string before = world.Status();
      const std::string came = act(world);
      EXPECT_EQ(came, Table().at(state).at(event)) << "when " << state << " (" << before << "), " << event;
      if (came == "CW-API-STATE") EXPECT_EQ(world.Status(), before);
    }
  }
}

TEST(Lifecycle, W5_AFailureIsKnownBeforeItIsDurableAndClearedByStart) {
  World world;
  States().at("failed, not recorded yet")(world);
  ASSERT_TRUE(world.lifecycle.unrecorded_failure().has_value());
  EXPECT_EQ(world.lifecycle.failure()->replica(), kReplica);
  Fail(world);
  EXPECT_FALSE(world.lifecycle.unrecorded_failure().has_value());
  Start(world);
  EXPECT_FALSE(world.lifecycle.failure().has_value());
}

TEST(Lifecycle, W5_AFailureOfAnEarlierRunIsIgnored) {
  World world;
  States().at("running")(world);
  v1::WorkflowReport late = world.ReportOf(Phase::PHASE_FAILED);
  late.set_run(world.lifecycle.desired().run - 1);
  world.lifecycle.Report("r2", "p2", &late, world.now);
  EXPECT_EQ(world.Status(), "RUNNING");
}

TEST(Lifecycle, W8_AHangingLoopIsToldToBeginAnewAndSaysSince) {
  World world;
  States().at("running")(world);
  Events().at("its loops hang")(world);
  EXPECT_THAT(world.lifecycle.WaitingFor(world.now), HasSubstr("hasn't turned for"));
  const auto conditions = world.lifecycle.Conditions(world.now, absl::UnixEpoch());
  ASSERT_FALSE(conditions.empty());
  EXPECT_EQ(conditions[0].type(), "Stalled");
  EXPECT_GT(world.lifecycle.RoleOf(kReplica)->restart, 0);
  const auto& restarts = world.lifecycle.loop_restarts();
  EXPECT_EQ(restarts.at("read") + restarts.at("write"), world.lifecycle.RoleOf(kReplica)->restart);
}

TEST(Lifecycle, W8_AReportAloneRenewsNoLease) {
  World world;
  Start(world);
  for (int i = 0; i < 5; ++i) {
    world.Report(Phase::PHASE_RUNNING);
    world.Pass(absl::Milliseconds(500));
  }
  EXPECT_EQ(world.Status(), "STARTING");
}

TEST(Lifecycle, W2_SaysWhatItWaitsFor) {
  World world;
  Start(world);
  EXPECT_EQ(world.lifecycle.WaitingFor(world.now), "no ingress service is connected");
  world.lifecycle.Report(kReplica, "p1", nullptr, world.now);
  EXPECT_THAT(world.lifecycle.WaitingFor(world.now), HasSubstr("r1 to begin"));
  world.Turn();
  EXPECT_THAT(world.lifecycle.WaitingFor(world.now), IsEmpty());
}

TEST(Lifecycle, W9_AfterAControllersRestartWhoReadsGoesOnReading) {
  World world;
  Lifecycle lifecycle(kName, v1::WORKFLOW_TYPE_INGRESS, {true, 3, 2, std::nullopt}, world.now, true);
  v1::WorkflowReport writes = world.ReportOf(Phase::PHASE_RUNNING), reads = writes;
  writes.set_run(3);
  writes.set_reader(false);
  reads.set_run(3);
  // The one that doesn't read is heard of first.
  lifecycle.Report("a", "p1", &writes, world.now);
  lifecycle.Judge(world.now);
  EXPECT_THAT(lifecycle.reader(), IsEmpty());
  lifecycle.Report("b", "p2", &reads, world.now);
  EXPECT_EQ(lifecycle.reader(), "b");
}

TEST(Lifecycle, R1_WhatFailedIsAtRestWhenNobodyHasAnythingInFlight) {
  World world;
  Start(world);
  world.Report(Phase::PHASE_STARTING);
  world.Turn();
  EXPECT_FALSE(world.lifecycle.AtRest(world.now));
  Fail(world);
  EXPECT_EQ(world.Status(), "FAILED");
  EXPECT_FALSE(world.lifecycle.AtRest(world.now)) << "its replica still finishes what it sent";
  world.Report(Phase::PHASE_STOPPED);
  world.lifecycle.Heard(kReplica);
  world.Pass(kRunLapses);
  EXPECT_TRUE(world.lifecycle.AtRest(world.now));
}

}  // namespace
}  // namespace causeway::controller
