#include "services/controller/fleet.h"

#include <memory>
#include <vector>

#include "common/async/testing/manual_loop.h"
#include "gtest/gtest.h"

namespace causeway::controller {
namespace {

constexpr char kName[] = "organizations/o/instances/i/workflows/ingress";

// One started workflow and one replica that was told to run it.
class FleetTest : public ::testing::Test {
 protected:
  FleetTest() {
    lifecycles_[kName] = std::make_unique<Lifecycle>(kName, v1::WORKFLOW_TYPE_INGRESS, Desired{}, loop_.Now(), false);
    lifecycle().Decide(*lifecycle().Start(2, loop_.Now()), loop_.Now());
    stream_ = fleet_.Connect([this](v1::ConnectResponse response) {
      heard_ = response.number();
      told_.push_back(std::move(response));
    });
    Report(v1::WorkflowReport::PHASE_RUNNING);
    fleet_.Tell();
    Report(v1::WorkflowReport::PHASE_RUNNING);
    told_.clear();
  }

  Lifecycle& lifecycle() { return *lifecycles_.at(kName); }

  // Of a replica that holds no workflow.
  static v1::ConnectRequest Idle(const std::string& replica, const std::string& incarnation) {
    v1::ConnectRequest report;
    report.set_replica(replica);
    report.set_incarnation(incarnation);
    report.set_type(v1::WORKFLOW_TYPE_INGRESS);
    return report;
  }

  void Report(v1::WorkflowReport::Phase phase) {
    v1::ConnectRequest report = Idle("r1", "p1");
    report.set_heard(heard_);
    v1::WorkflowReport& workflow = *report.add_workflows();
    workflow.set_workflow(kName);
    workflow.set_run(lifecycle().desired().run);
    workflow.set_phase(phase);
    fleet_.Report(stream_, report);
  }

  // A while later it reports this; how often it was told anything then.
  size_t ToldAfter(v1::WorkflowReport::Phase phase) {
    loop_.Advance(absl::Seconds(2));
    Report(phase);
    told_.clear();
    fleet_.Tell();
    return told_.size();
  }

  async::ManualLoop loop_;
  Observer observer_;
  Lifecycles lifecycles_;
  Fleet fleet_{loop_, lifecycles_, [](const std::string&) { return v1::Definition(); }, observer_};
  std::vector<v1::ConnectResponse> told_;
  int64_t stream_ = 0;
  int64_t heard_ = 0;
};

TEST_F(FleetTest, W3_SaysNothingTwiceToAReplicaThatDoesIt) {
  EXPECT_EQ(ToldAfter(v1::WorkflowReport::PHASE_RUNNING), 0u);
  EXPECT_EQ(ToldAfter(v1::WorkflowReport::PHASE_RUNNING), 0u);
}

TEST_F(FleetTest, W3_RemindsAReplicaThatGoesOnOfTheStop) {
  lifecycle().Decide(*lifecycle().Stop(loop_.Now()), loop_.Now());
  fleet_.Tell();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_TRUE(told_[0].assignments(0).stop());
  // What was sent got lost.
  EXPECT_EQ(ToldAfter(v1::WorkflowReport::PHASE_RUNNING), 1u);
  EXPECT_TRUE(told_[0].assignments(0).stop());
  EXPECT_EQ(ToldAfter(v1::WorkflowReport::PHASE_STOPPING), 0u);
}

TEST_F(FleetTest, W3_NotStoppedBeforeWhoWasToldToRunHasHeardOfTheStop) {
  int64_t number = 0;
  const int64_t second = fleet_.Connect([&](v1::ConnectResponse response) { number = response.number(); });
  v1::ConnectRequest idle = Idle("r2", "p2");
  fleet_.Report(second, idle);
  fleet_.Tell();
  const int64_t run = number;
  lifecycle().Decide(*lifecycle().Stop(loop_.Now()), loop_.Now());
  // The stop isn't sent yet: that it has heard of the run says nothing.
  idle.set_heard(run);
  fleet_.Report(second, idle);
  fleet_.Tell();
  Report(v1::WorkflowReport::PHASE_STOPPED);
  EXPECT_EQ(lifecycle().status(loop_.Now()), v1::Workflow::STATUS_STARTING) << "the second one may begin";
  fleet_.Report(second, idle);
  EXPECT_EQ(lifecycle().status(loop_.Now()), v1::Workflow::STATUS_STARTING) << "this was said before it heard of the stop";
  ASSERT_GT(number, run);
  idle.set_heard(number);
  fleet_.Report(second, idle);
  EXPECT_EQ(lifecycle().status(loop_.Now()), v1::Workflow::STATUS_STOPPED);
}

TEST_F(FleetTest, W3_WhoNeverSaysThatItHeardHoldsUpTheStopForALeaseOnly) {
  const int64_t second = fleet_.Connect([](const v1::ConnectResponse&) {});
  const v1::ConnectRequest idle = Idle("r2", "p2");
  fleet_.Report(second, idle);
  fleet_.Tell();
  lifecycle().Decide(*lifecycle().Stop(loop_.Now()), loop_.Now());
  fleet_.Tell();
  Report(v1::WorkflowReport::PHASE_STOPPED);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(lifecycle().status(loop_.Now()), v1::Workflow::STATUS_STARTING) << i;
    loop_.Advance(absl::Milliseconds(500));
    fleet_.Report(second, idle);
  }
  EXPECT_EQ(lifecycle().status(loop_.Now()), v1::Workflow::STATUS_STOPPED);
}

}  // namespace
}  // namespace causeway::controller
