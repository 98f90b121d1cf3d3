#include "services/controller/fleet.h"

#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
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
    stream_ = fleet_.Connect({.peer = "first",
                              .send =
                                  [this](v1::ConnectResponse response) {
                                    heard_ = response.number();
                                    told_.push_back(std::move(response));
                                  },
                              .end = [this](const absl::Status& why) { ended_ = why; }});
    Report(v1::WorkflowReport::PHASE_RUNNING);
    fleet_.Tell();
    Report(v1::WorkflowReport::PHASE_RUNNING);
    told_.clear();
  }

  Lifecycle& lifecycle() { return *lifecycles_.at(kName); }

  static void Ignore(const absl::Status&) {}
  int64_t Connect(const std::string& peer, std::function<void(const absl::Status&)> end) {
    return fleet_.Connect({.peer = peer, .send = [](const v1::ConnectResponse&) {}, .end = std::move(end)});
  }

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
  Fleet fleet_{loop_, lifecycles_, [this](const std::string&) { ++defined_; return v1::Definition(); }, observer_};
  int defined_ = 0;
  std::vector<v1::ConnectResponse> told_;
  std::optional<absl::Status> ended_;  // Of the first stream.
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
  const int64_t second = fleet_.Connect(
      {.peer = "second", .send = [&](v1::ConnectResponse response) { number = response.number(); }, .end = Ignore});
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
  const int64_t second = Connect("second", Ignore);
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

TEST_F(FleetTest, R4_EachAssignmentIsAMessageAndADefinitionIsSentOnceARun) {
  const std::string second = absl::StrCat(kName, "2");
  lifecycles_[second] = std::make_unique<Lifecycle>(second, v1::WORKFLOW_TYPE_INGRESS, Desired{}, loop_.Now(), false);
  lifecycles_[second]->Decide(*lifecycles_[second]->Start(1, loop_.Now()), loop_.Now());
  Report(v1::WorkflowReport::PHASE_RUNNING);
  fleet_.Tell();
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[0].number(), told_[1].number());
  EXPECT_TRUE(told_[0].partial());
  EXPECT_FALSE(told_[1].partial());
  ASSERT_EQ(told_[0].assignments_size(), 1);
  EXPECT_EQ(told_[0].assignments(0).workflow(), kName);
  EXPECT_FALSE(told_[0].assignments(0).has_definition()) << "it was sent before";
  EXPECT_TRUE(told_[1].assignments(0).has_definition());
  EXPECT_EQ(defined_, 2);

  lifecycle().Decide(*lifecycle().Stop(loop_.Now()), loop_.Now());
  fleet_.Tell();
  Report(v1::WorkflowReport::PHASE_STOPPED);
  lifecycle().Decide(*lifecycle().Start(3, loop_.Now()), loop_.Now());
  told_.clear();
  fleet_.Tell();
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_TRUE(told_[0].assignments(0).has_definition()) << "another run, another definition";
  EXPECT_FALSE(told_[1].assignments(0).has_definition());
}

// The replica forgets the definition of what is no longer in its list.
TEST_F(FleetTest, R4_WhatComesBackToTheListComesWithItsDefinition) {
  const std::string second = absl::StrCat(kName, "2");
  const auto begin = [&] {
    lifecycles_[second] = std::make_unique<Lifecycle>(second, v1::WORKFLOW_TYPE_INGRESS, Desired{}, loop_.Now(), false);
    lifecycles_[second]->Decide(*lifecycles_[second]->Start(1, loop_.Now()), loop_.Now());
    Report(v1::WorkflowReport::PHASE_RUNNING);
    told_.clear();
    fleet_.Tell();
  };
  begin();
  lifecycles_.erase(second);
  told_.clear();
  fleet_.Tell();
  ASSERT_EQ(told_.size(), 1u);
  begin();
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_TRUE(told_[1].assignments(0).has_definition());
}

TEST_F(FleetTest, R4_AnotherStreamIsSentEveryDefinitionAgain) {
  std::vector<v1::ConnectResponse> told;
  const int64_t again = fleet_.Connect(
      {.peer = "first", .send = [&](v1::ConnectResponse response) { told.push_back(std::move(response)); }, .end = Ignore});
  fleet_.Report(again, Idle("r1", "p1"));
  fleet_.Tell();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].assignments(0).has_definition());
}

TEST_F(FleetTest, W9_AProcessThatOpensAnotherStreamHasThatOne) {
  const int64_t again = Connect("first", Ignore);
  fleet_.Report(again, Idle("r1", "p1"));
  ASSERT_TRUE(ended_.has_value());
  EXPECT_FALSE(errors::Is(*ended_, errors::kReplicaTaken)) << "it is no other process";
  EXPECT_EQ(fleet_.connected(v1::WORKFLOW_TYPE_INGRESS), 1);
}

TEST_F(FleetTest, W9_AnotherLiveProcessOfThatNameIsRefusedAndTheFirstGoesOn) {
  std::optional<absl::Status> refused;
  const int64_t other = Connect("10.0.0.9:1", [&](const absl::Status& why) { refused = why; });
  fleet_.Report(other, Idle("r1", "p2"));
  ASSERT_TRUE(refused.has_value());
  EXPECT_TRUE(errors::Is(*refused, errors::kReplicaTaken)) << *refused;
  EXPECT_THAT(std::string(refused->message()), testing::AllOf(testing::HasSubstr("p1"), testing::HasSubstr("p2"),
                                                              testing::HasSubstr("first"), testing::HasSubstr("10.0.0.9:1")));
  EXPECT_FALSE(ended_.has_value());
  EXPECT_EQ(lifecycle().replicas().at("r1").incarnation, "p1");

  const std::vector<v1::Condition> conditions = fleet_.Conditions(v1::WORKFLOW_TYPE_INGRESS);
  ASSERT_EQ(conditions.size(), 1u);
  EXPECT_EQ(conditions[0].type(), "ReplicaNameTaken");
  EXPECT_EQ(conditions[0].code(), "CW-WRK-REPLICA");
  EXPECT_EQ(conditions[0].replica(), "r1");
  EXPECT_TRUE(fleet_.Conditions(v1::WORKFLOW_TYPE_EGRESS).empty());
  loop_.Advance(absl::Seconds(31));
  EXPECT_TRUE(fleet_.Conditions(v1::WORKFLOW_TYPE_INGRESS).empty()) << "it doesn't try any more";
}

TEST_F(FleetTest, W9_AServiceOfAnotherTypeMayBearTheName) {
  bool refused = false;
  const int64_t other = Connect("second", [&](const absl::Status&) { refused = true; });
  v1::ConnectRequest report = Idle("r1", "p2");
  report.set_type(v1::WORKFLOW_TYPE_EGRESS);
  fleet_.Report(other, report);
  EXPECT_FALSE(refused);
  EXPECT_FALSE(ended_.has_value());
}

// A process that was killed, or stands still, doesn't keep its successor out for ever.
TEST_F(FleetTest, W9_AStreamThatFellSilentGivesItsNameUpAndIsToldWhy) {
  int refusals = 0;
  const auto attempt = [&] {
    const int64_t stream = Connect("second", [&](const absl::Status&) { ++refusals; });
    fleet_.Report(stream, Idle("r1", "p2"));
  };
  loop_.Advance(absl::Milliseconds(2900));
  attempt();
  EXPECT_EQ(refusals, 1);
  EXPECT_EQ(fleet_.Conditions(v1::WORKFLOW_TYPE_INGRESS).size(), 1u);
  loop_.Advance(absl::Milliseconds(200));
  attempt();
  EXPECT_EQ(refusals, 1);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(errors::Is(*ended_, errors::kReplicaTaken)) << *ended_;
  EXPECT_EQ(lifecycle().replicas().at("r1").incarnation, "p2");
  EXPECT_TRUE(fleet_.Conditions(v1::WORKFLOW_TYPE_INGRESS).empty()) << "there is nobody else any more";
}

TEST_F(FleetTest, W9_AProcessThatIsRestartedHasItsNameAtOnce) {
  fleet_.Disconnect(stream_);
  bool refused = false;
  const int64_t successor = Connect("first", [&](const absl::Status&) { refused = true; });
  fleet_.Report(successor, Idle("r1", "p2"));
  EXPECT_FALSE(refused);
  EXPECT_EQ(lifecycle().replicas().at("r1").incarnation, "p2");
}

}  // namespace
}  // namespace causeway::controller
