#include "services/controller/lifecycle.h"

#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/controller/names.h"
#include "tests/support/seed.h"

namespace causeway::controller {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Phase = v1::WorkflowReport;

constexpr char kName[] = "organizations/o/instances/i/workflows/ingress";
constexpr char kReplica[] = "r1";

// One workflow, and what happens to it.
struct World {
  async::Instant now = absl::Seconds(100);
  Lifecycle lifecycle{kName, v1::WORKFLOW_TYPE_INGRESS, {}, now, false};
  int64_t turns = 0;

  void Pass(absl::Duration duration) {
    for (const async::Instant end = now + duration; now < end;) {
      now += absl::Milliseconds(500);
      lifecycle.Judge(now);
    }
  }
  v1::WorkflowReport ReportOf(v1::WorkflowReport::Phase phase) const {
    v1::WorkflowReport report;
    report.set_workflow(kName);
    report.set_run(lifecycle.desired().run);
    report.set_phase(phase);
    report.set_reader(true);
    report.set_read_turns(turns);
    report.set_write_turns(turns);
    const auto role = lifecycle.RoleOf(kReplica);
    if (role.has_value()) report.set_restart(role->restart);
    if (phase == Phase::PHASE_FAILED) report.mutable_failure()->set_code("CW-CAM-FIELD");
    return report;
  }
  void Report(v1::WorkflowReport::Phase phase) {
    const v1::WorkflowReport report = ReportOf(phase);
    lifecycle.Report(kReplica, "p1", &report, now);
    lifecycle.Judge(now);
  }
  void Turn() {
    for (int i = 0; i < 3; ++i) {
      ++turns;
      Report(Phase::PHASE_RUNNING);
      Pass(absl::Milliseconds(500));
    }
  }
  std::string Status() const { return StatusName(lifecycle.status(now)); }
};

using Act = std::function<std::string(World&)>;  // What came of it: the status, or the refusal's code.

Act Then(std::function<void(World&)> act) {
  return [act](World& world) {
    act(world);
    return world.Status();
  };
}

std::string Try(World& world, absl::StatusOr<Desired> desired) {
  if (!desired.ok()) return errors::Describe(desired.status()).code;
  world.lifecycle.Decide(*desired, world.now);
  return world.Status();
}

std::string Start(World& world) { return Try(world, world.lifecycle.Start(2, world.now)); }
std::string Stop(World& world) { return Try(world, world.lifecycle.Stop(world.now)); }

void Fail(World& world) {
  Desired failed = world.lifecycle.desired();
  failed.failure.emplace().set_code("CW-CAM-FIELD");
  world.lifecycle.Decide(failed, world.now);
}

const std::map<std::string, std::function<void(World&)>>& States() {
  static const auto* const states = new std::map<std::string, std::function<void(World&)>>{
      {"stopped", [](World&) {}},
      {"started, nobody there", [](World& world) { Start(world); }},
      {"started, a replica connected",
       [](World& world) {
         world.lifecycle.Report(kReplica, "p1", nullptr, world.now);
         Start(world);
       }},
      {"starting",
       [](World& world) {
         Start(world);
         world.Report(Phase::PHASE_STARTING);
       }},
      {"running",
       [](World& world) {
         Start(world);
         world.Turn();
       }},
      {"stopping",
       [](World& world) {
         Start(world);
         world.Turn();
         Stop(world);
         world.Report(Phase::PHASE_STOPPING);
       }},
      {"failed",
       [](World& world) {
         Start(world);
         world.Turn();
         Fail(world);
       }},
      {"failed, not recorded yet",
       [](World& world) {
         Start(world);
         world.Turn();
         world.Report(Phase::PHASE_FAILED);
       }},
  };
  return *states;
}

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

// Random events; what must hold after each.
class LifecycleProperty : public ::testing::Test {
 protected:
  static constexpr int kReplicas = 3;
  struct Replica {
    int64_t turns = 0;
    int incarnation = 0;
    std::optional<v1::WorkflowReport> report;
  };

  void Report(int number) {
    Replica& replica = replicas_[number];
    lifecycle_->Report(absl::StrCat("r", number), absl::StrCat("p", replica.incarnation),
                       replica.report ? &*replica.report : nullptr, now_);
  }

  // What a replica that does as it is told reports next.
  void Obey(int number) {
    Replica& replica = replicas_[number];
    const auto role = lifecycle_->RoleOf(absl::StrCat("r", number));
    if (!role.has_value() || role->stop) {
      replica.report.reset();
    } else {
      v1::WorkflowReport& report = replica.report.emplace();
      report.set_run(role->run);
      report.set_phase(Phase::PHASE_RUNNING);
      report.set_reader(role->reader);
      report.set_restart(role->restart);
      ++replica.turns;
      report.set_write_turns(replica.turns);
      report.set_read_turns(role->reader ? replica.turns : 0);
    }
    Report(number);
  }

  void Misbehave(int number, std::mt19937_64& dice) {
    Replica& replica = replicas_[number];
    v1::WorkflowReport& report = replica.report.emplace();
    report.set_run(lifecycle_->desired().run - static_cast<int64_t>(dice() % 2));
    report.set_phase(static_cast<v1::WorkflowReport::Phase>(1 + dice() % 5));
    report.set_reader(dice() % 2 == 0);
    report.set_write_turns(replica.turns += dice() % 2);
    report.set_read_turns(replica.turns);
    if (report.phase() == Phase::PHASE_FAILED) report.mutable_failure()->set_code("CW-X");
    Report(number);
  }

  void Decide(absl::StatusOr<Desired> desired) {
    if (desired.ok()) lifecycle_->Decide(*desired, now_);
  }

  void Step(std::mt19937_64& dice) {
    const int number = static_cast<int>(dice() % kReplicas);
    switch (dice() % 8) {
      case 0:
        return Decide(lifecycle_->Start(1, now_));
      case 1:
        return Decide(lifecycle_->Stop(now_));
      case 2:
        return Misbehave(number, dice);
      case 3:
        return lifecycle_->Disconnected(absl::StrCat("r", number), now_);
      case 4:
        ++replicas_[number].incarnation;
        return;
      case 5:
        now_ += absl::Milliseconds(dice() % 4000);
        return lifecycle_->Judge(now_);
      default:
        return Obey(number);
    }
  }

  void Check() {
    const v1::Workflow::Status status = lifecycle_->status(now_);
    int readers = 0, wanted = 0;
    for (const auto& [name, replica] : lifecycle_->replicas()) {
      const auto role = lifecycle_->RoleOf(name);
      readers += role.has_value() && role->reader;
      wanted += role.has_value() && !role->stop;
      const bool holds = replica.report.has_value() && replica.report->phase() != Phase::PHASE_STOPPED &&
                         replica.report->phase() != Phase::PHASE_FAILED;
      if (status == v1::Workflow::STATUS_STOPPED) {
        EXPECT_FALSE(holds && (replica.read.Live(now_) || replica.write.Live(now_))) << "STOPPED while a loop turns";
      }
    }
    EXPECT_LE(readers, 1);
    if (!lifecycle_->Wanted()) EXPECT_EQ(wanted, 0) << "told to run what nobody wants";
    EXPECT_EQ(status == v1::Workflow::STATUS_FAILED, lifecycle_->failure().has_value());
    const bool startable = status == v1::Workflow::STATUS_STOPPED || status == v1::Workflow::STATUS_FAILED;
    EXPECT_EQ(lifecycle_->Start(1, now_).ok(), startable);
    EXPECT_EQ(lifecycle_->Stop(now_).ok(), lifecycle_->Wanted());
    EXPECT_GE(lifecycle_->desired().run, last_run_);
    EXPECT_EQ(lifecycle_->WaitingFor(now_).empty(), status != v1::Workflow::STATUS_STARTING);
    last_run_ = lifecycle_->desired().run;
  }

  // When everybody does as told again, status settles on what is wanted.
  void Settle() {
    for (int i = 0; i < 80; ++i) {
      now_ += absl::Milliseconds(500);
      for (int number = 0; number < kReplicas; ++number) Obey(number);
      lifecycle_->Judge(now_);
    }
    const v1::Workflow::Status settled = lifecycle_->failure().has_value() ? v1::Workflow::STATUS_FAILED
                                         : lifecycle_->desired().started   ? v1::Workflow::STATUS_RUNNING
                                                                           : v1::Workflow::STATUS_STOPPED;
    EXPECT_EQ(lifecycle_->status(now_), settled);
  }

  async::Instant now_ = absl::Seconds(100);
  std::unique_ptr<Lifecycle> lifecycle_;
  Replica replicas_[kReplicas];
  int64_t last_run_ = 0;
};

TEST_F(LifecycleProperty, W8_R1_WhateverHappens) {
  const uint64_t first = test_support::Seed();
  for (uint64_t seed = first; seed < first + 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937_64 dice(seed);
    now_ = absl::Seconds(100);
    last_run_ = 0;
    for (Replica& replica : replicas_) replica = Replica();
    lifecycle_ = std::make_unique<Lifecycle>(kName, v1::WORKFLOW_TYPE_INGRESS, Desired(), now_, dice() % 2 == 0);
    for (int step = 0; step < 200 && !HasFailure(); ++step) {
      Step(dice);
      lifecycle_->Judge(now_);
      Check();
    }
    Settle();
  }
}

}  // namespace
}  // namespace causeway::controller
