// Random events; what must hold after each.
#include "services/controller/lifecycle.h"

#include <memory>
#include <optional>
#include <random>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/controller/testing/lifecycle_world.h"
#include "tests/support/seed.h"

namespace causeway::controller {
namespace {

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
