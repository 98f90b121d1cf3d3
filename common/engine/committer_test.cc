// The right to send.
#include "common/engine/committer.h"

#include "common/backlog/record.h"
#include "common/engine/testing/scripted_run.h"
#include "gtest/gtest.h"

namespace causeway::engine {
namespace {

class CommitterTest : public ScriptedRun {
 protected:
  CommitterTest() {
    partitions_[0] = std::make_unique<OwnedPartition>(loop_, 0, backlog::PartitionProgress(0, {}, 16, 0), absl::Seconds(30));
    EXPECT_TRUE(loop_.Await(committer_.Open()).ok());
    committer_.NewAssignment();
    tasks_.Spawn(Run());
  }
  ~CommitterTest() override { tasks_.Clear(); }
  async::Task<void> Run() { (void)co_await committer_.Run(); }

  RunFence fence_{world_, topics_, 5, state_, [](const absl::Status&) {}};
  OwnedPartitions partitions_;
  Index index_{world_, topics_};
  Committer committer_{world_, topics_, partitions_, index_, fence_, state_};
  async::Scope tasks_{loop_};
};

// A commit proves that the partitions were this member's when it was sent, not when the answer came.
TEST_F(CommitterTest, R1_TheRightCountsFromTheCommitsBeginning) {
  broker_.commit_takes = absl::Seconds(2);
  const async::Instant asked = loop_.Now();
  ASSERT_TRUE(loop_.Await(committer_.Obtain()).ok());
  EXPECT_GE(loop_.Now(), asked + absl::Seconds(2));
  loop_.Advance(asked + kRightLasts - absl::Milliseconds(10) - loop_.Now());
  EXPECT_TRUE(committer_.Check().ok());
  loop_.Advance(absl::Milliseconds(20));
  EXPECT_TRUE(errors::Is(committer_.Check(), errors::kPartitionLost));
}

TEST_F(CommitterTest, W3_WithoutALookAtTheRunThereIsNoRight) {
  ASSERT_TRUE(loop_.Await(committer_.Obtain()).ok());
  broker_.look = absl::UnavailableError("away");
  loop_.Advance(absl::Seconds(4));
  ASSERT_FALSE(fence_.Holds());
  bool obtained = false;
  auto obtain = [](Committer& committer, bool& obtained) -> async::Task<void> {
    obtained = (co_await committer.Obtain()).ok();
  };
  tasks_.Spawn(obtain(committer_, obtained));
  loop_.Advance(absl::Seconds(10));
  EXPECT_FALSE(obtained);
  broker_.look = absl::OkStatus();
  loop_.Advance(absl::Seconds(2));
  EXPECT_TRUE(obtained);
}

TEST_F(CommitterTest, W3_ARunThatIsOverHasNoRight) {
  ASSERT_TRUE(loop_.Await(committer_.Obtain()).ok());
  ASSERT_FALSE(fence_.See(6).ok());
  EXPECT_TRUE(errors::Is(committer_.Check(), errors::kPartitionLost));
  EXPECT_TRUE(errors::Is(loop_.Await(committer_.Obtain()), errors::kPartitionLost));
}

TEST_F(CommitterTest, R1_WhatIsLostCantBeObtained) {
  ASSERT_TRUE(loop_.Await(committer_.Obtain()).ok());
  committer_.LosePartitions();
  EXPECT_TRUE(errors::Is(committer_.Check(), errors::kPartitionLost));
  EXPECT_TRUE(errors::Is(loop_.Await(committer_.Obtain()), errors::kPartitionLost));
}

TEST_F(CommitterTest, W3_WhatItCommitsNamesItsRun) {
  ASSERT_TRUE(loop_.Await(committer_.Obtain()).ok());
  const backlog::Transaction& transaction = broker_.committed.front();
  auto metadata = backlog::OffsetMetadata::Decode(transaction.offsets.at(0).metadata);
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->run, 5);
  EXPECT_EQ(metadata->owner, "one");
  EXPECT_EQ(metadata->request_deadline, absl::Seconds(30));
  v1::FinishedCheckpoint finished;
  ASSERT_TRUE(finished.ParseFromString(*transaction.messages.front().value));
  EXPECT_EQ(finished.run(), 5);
}

}  // namespace
}  // namespace causeway::engine
