#include "services/controller/journal.h"

#include "causeway/v1/record.pb.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"
#include "services/controller/stored_workflow.h"
#include "services/controller/testing/memory_broker.h"

namespace causeway::controller {
namespace {

constexpr char kWorkflow[] = "organizations/o/instances/i/workflows/ingress";

class JournalTest : public testing::Test {
 protected:
  void Open() { ASSERT_TRUE(loop_.Await(journal_.Open({}, definitions_)).ok()); }

  Edit Start(int64_t number) {
    v1::StoredWorkflow workflow;
    workflow.set_name(kWorkflow);
    workflow.set_run(number);
    workflow.set_started(true);
    Edit edit = EditOf("start", workflow, "");
    edit.records[std::string(kSequenceKey)].emplace().mutable_sequence()->set_number(number);
    edit.audit.set_name(absl::StrCat("auditEntries/", number));
    TellRun(workflow, topics_, absl::UnixEpoch(), edit);
    return edit;
  }
  const MemoryBroker::Partition& Audit() { return broker_.topics.at(std::string(backlog::kAuditTopic)).front(); }
  // What replicas read of the workflow.
  MemoryBroker::Partition Checkpoints() {
    auto& partitions = broker_.topics.at(std::string(backlog::kCheckpointsTopic));
    return partitions.at(backlog::CheckpointsPartition(topics_, static_cast<int32_t>(partitions.size())));
  }

  async::ManualLoop loop_;
  MemoryBroker broker_{loop_};
  const backlog::WorkflowTopics topics_ = backlog::TopicsOf(kWorkflow, "", 0);
  Definitions definitions_;
  Journal journal_{loop_, broker_, "me"};
};

// The log isn't compacted yet: what was deleted stands in it too.
TEST_F(JournalTest, K1_EveryDefinitionIsReadAndNoneThatWasDeleted) {
  const int count = 3 * MemoryBroker::kBatch;
  Open();
  for (int number = 1; number <= count; ++number) {
    Edit edit = Start(number);
    edit.records[absl::StrCat("organizations/o", number)].emplace().mutable_organization()->set_display_name("O");
    if (number > 1) edit.records[absl::StrCat("organizations/o", number - 1)] = std::nullopt;
    ASSERT_TRUE(loop_.Await(journal_.Append(std::move(edit))).ok());
  }
  Definitions read;
  Journal other(loop_, broker_, "other");
  ASSERT_TRUE(loop_.Await(other.Open({}, read)).ok());
  EXPECT_EQ(read.sequence(), count);
  EXPECT_EQ(read.FindOrganization("organizations/o1"), nullptr);
  EXPECT_EQ(read.Names("organizations/-"), std::vector<std::string>{absl::StrCat("organizations/o", count)});
}

TEST_F(JournalTest, W3_WhatReplicasFollowIsWrittenWithTheMutation) {
  Open();
  ASSERT_TRUE(loop_.Await(journal_.Append(Start(7))).ok());
  ASSERT_EQ(Audit().size(), 1u);
  ASSERT_EQ(Checkpoints().size(), 1u);
  EXPECT_EQ(Checkpoints().front().key, topics_.run_key());
  v1::RunCheckpoint run;
  ASSERT_TRUE(run.ParseFromString(*Checkpoints().front().value));
  EXPECT_EQ(run.run(), 7);
  EXPECT_FALSE(run.ended());

  broker_.fates = {MemoryBroker::Fate::kLost};
  const absl::Status lost = loop_.Await(journal_.Append(Start(8)));
  EXPECT_TRUE(errors::Is(lost, errors::kBrokerAway)) << lost;
  EXPECT_EQ(Audit().size(), 1u);
  EXPECT_EQ(Checkpoints().size(), 1u);
}

TEST_F(JournalTest, W3_WhatReplicasFollowSaysWhetherARunHasEnded) {
  v1::StoredWorkflow workflow;
  workflow.set_run(4);
  const auto ended = [&] {
    Edit edit;
    TellRun(workflow, topics_, absl::UnixEpoch(), edit);
    v1::RunCheckpoint run;
    EXPECT_TRUE(run.ParseFromString(*edit.checkpoints.front().value));
    return run.ended();
  };
  EXPECT_TRUE(ended()) << "stopped";
  workflow.set_started(true);
  EXPECT_FALSE(ended());
  workflow.mutable_failure()->set_code("CW-X");
  EXPECT_TRUE(ended()) << "failed";
}

// Its producer is beyond use, and only the log tells what became of the mutation: not done twice, and not forgotten.
TEST_F(JournalTest, R1_AnUnknownOutcomeIsDecidedByReading) {
  Open();
  ASSERT_TRUE(loop_.Await(journal_.Append(Start(1))).ok());
  broker_.fates = {MemoryBroker::Fate::kCommittedUnknown};
  broker_.unreadable = 2;
  EXPECT_TRUE(loop_.Await(journal_.Append(Start(2))).ok()) << "it has landed";
  EXPECT_EQ(Audit().size(), 2u);
  EXPECT_EQ(broker_.opened, 2);

  broker_.fates = {MemoryBroker::Fate::kLostUnknown};
  const absl::Status lost = loop_.Await(journal_.Append(Start(3)));
  EXPECT_TRUE(errors::Is(lost, errors::kBrokerAway)) << lost;
  EXPECT_EQ(Audit().size(), 2u);
  EXPECT_TRUE(loop_.Await(journal_.Append(Start(3))).ok()) << "it may be tried again";
  EXPECT_EQ(Audit().size(), 3u);
}

TEST_F(JournalTest, W9_WhoHasBeenReplacedIsNotDecidedButTold) {
  Open();
  Definitions others;
  Journal other(loop_, broker_, "other");
  ASSERT_TRUE(loop_.Await(other.Open({}, others)).ok());
  const int opened = broker_.opened;
  broker_.fates = {MemoryBroker::Fate::kLostUnknown};
  EXPECT_TRUE(absl::IsAborted(loop_.Await(journal_.Append(Start(1)))));
  EXPECT_EQ(broker_.opened, opened) << "it would fence the one that replaced it";
  EXPECT_TRUE(absl::IsAborted(loop_.Await(journal_.Follow())));
}

TEST_F(JournalTest, R1_TheCheckpointsOfVersion01KeepTheirOnePartition) {
  broker_.topics[std::string(backlog::kCheckpointsTopic)].resize(1);
  Open();
  ASSERT_TRUE(loop_.Await(journal_.Append(Start(1))).ok());
  EXPECT_EQ(Checkpoints().size(), 1u);
}

TEST_F(JournalTest, R1_TheCheckpointsAreSpread) {
  Open();
  EXPECT_EQ(broker_.topics.at(std::string(backlog::kCheckpointsTopic)).size(), 12u);
}

}  // namespace
}  // namespace causeway::controller
