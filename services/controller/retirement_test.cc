#include "services/controller/retirement.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kWorkflow[] = "organizations/o/instances/stage/workflows/ingress";

v1::StoredWorkflow Started() {
  v1::StoredWorkflow workflow;
  workflow.set_name(kWorkflow);
  workflow.mutable_pinned()->set_revision(1);
  return workflow;
}

v1::Retired RetiredBy(bool instance_deleted, RetiredTopics what) {
  Edit edit;
  Retire(Started(), backlog::TopicsOf(kWorkflow, "18c0", 2), instance_deleted, what, edit);
  EXPECT_EQ(edit.records.size(), 1u);
  EXPECT_EQ(edit.records.begin()->first, "retired/stage.18c0/ingress.g2");
  return edit.records.begin()->second->retired();
}

TEST(Retirement, R1_AResetLeavesTheDeadLettersAndTheLatestIndex) {
  EXPECT_THAT(TopicsToDelete(RetiredBy(false, RetiredTopics::kDelete)),
              ElementsAre("causeway.stage.18c0.ingress.g2.backlog", "causeway.stage.18c0.ingress.g1.index"));
}

TEST(Retirement, R1_ADeletedInstanceLeavesNothing) {
  EXPECT_THAT(TopicsToDelete(RetiredBy(true, RetiredTopics::kDelete)),
              ElementsAre("causeway.stage.18c0.ingress.g2.backlog", "causeway.stage.18c0.ingress.g1.index",
                          "causeway.stage.18c0.ingress.g2.index", "causeway.stage.18c0.ingress.dead-letters"));
}

TEST(Retirement, R1_TopicsAreKeptWhereTheInstallationSaysSo) {
  EXPECT_THAT(TopicsToDelete(RetiredBy(true, RetiredTopics::kKeep)), IsEmpty());
}

TEST(Retirement, R1_AWorkflowThatWasNeverStartedLeavesNothing) {
  v1::StoredWorkflow workflow = Started();
  workflow.clear_pinned();
  Edit edit;
  Retire(workflow, backlog::TopicsOf(kWorkflow, "18c0", 0), true, RetiredTopics::kDelete, edit);
  EXPECT_TRUE(edit.records.empty());
}

TEST(Retirement, R1_PositionsAreOfThatLifeOnlyAndTheRunsEndStays) {
  const backlog::WorkflowTopics topics = backlog::TopicsOf(kWorkflow, "18c0", 2);
  for (const std::string& key : {topics.queued_key(), topics.finished_key(3), topics.table_key("contact")}) {
    EXPECT_TRUE(IsRetired(topics, key)) << key;
  }
  EXPECT_FALSE(IsRetired(topics, topics.run_key()));
  for (const backlog::WorkflowTopics& other :
       {backlog::TopicsOf(kWorkflow, "18c0", 3), backlog::TopicsOf(kWorkflow, "18c0", 0),
        backlog::TopicsOf(kWorkflow, "18c", 2), backlog::TopicsOf(kWorkflow, "", 2)}) {
    EXPECT_FALSE(IsRetired(topics, other.queued_key())) << other.queued_key();
  }
}

}  // namespace
}  // namespace causeway::controller
