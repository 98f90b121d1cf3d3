// The local store fails while a workflow runs: the disk is full, or worse.
#include "common/engine/testing/queue_world.h"

namespace causeway::engine {
namespace {

class StoreFailureTest : public QueueTest {
 protected:
  std::string CodeOf(const std::string& condition) {
    const v1::WorkflowReport report = replica("one").workflow->Report();
    for (const v1::Condition& shown : report.conditions()) {
      if (shown.type() == condition) return shown.code();
    }
    return "";
  }
};

TEST_F(StoreFailureTest, R1_AFullDiskMakesNothingTwiceAndGoesOnByItself) {
  Seed(100);
  outside_.write_takes = absl::Milliseconds(100);
  AddReplica("one", true);
  for (int full = 1; full <= 3; ++full) {
    ASSERT_TRUE(RunUntil([&] { return outside_.created >= 20 * full; }));
    outside_.store_error = absl::ResourceExhaustedError("no space");
    ASSERT_TRUE(RunUntil([&] { return Shows("one", kStoreUnusable); }));
    EXPECT_EQ(CodeOf(kStoreUnusable), "CW-STO-FULL");
    const int created = outside_.created;
    RunFor(absl::Minutes(2));
    EXPECT_TRUE(Shows("one", kStoreUnusable));
    EXPECT_EQ(outside_.created, created);
    // What is written meanwhile changes, so that the copy would be wrong if it weren't restored.
    for (int i = 0; i < 10; ++i) outside_.Put(absl::StrCat("id", 1000 + i), absl::StrCat("again", full));
    outside_.store_error = absl::OkStatus();
    ASSERT_TRUE(RunUntil([&] { return !Shows("one", kStoreUnusable); }, absl::Minutes(2)));
  }
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 100);
  EXPECT_EQ(replica("one").workflow->phase(), v1::WorkflowReport::PHASE_RUNNING);
}

TEST_F(StoreFailureTest, R1_AnotherFailureHasItsOwnCode) {
  Seed(100);
  outside_.write_takes = absl::Milliseconds(100);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created >= 20; }));
  outside_.store_error = absl::UnavailableError("broken");
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kStoreUnusable); }));
  EXPECT_EQ(CodeOf(kStoreUnusable), "CW-STO-FAILED");
  outside_.store_error = absl::OkStatus();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 100);
}

TEST_F(StoreFailureTest, R1_DeadLettersThatWereCommittedAreNotCommittedAgain) {
  Seed(60);
  outside_.refused = {"id1000", "id1001", "id1002", "id1003"};
  outside_.write_takes = absl::Milliseconds(100);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created >= 10; }));
  outside_.store_error = absl::ResourceExhaustedError("no space");
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kStoreUnusable); }));
  outside_.store_error = absl::OkStatus();
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 56 && Backlog() == 0; }));
  EXPECT_EQ(Letters().size(), 4u);
}

TEST_F(StoreFailureTest, R1_WithoutRoomAtTheStartNothingIsTakenOver) {
  Seed(10);
  outside_.store_error = absl::ResourceExhaustedError("no space");
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kStoreUnusable); }));
  RunFor(absl::Minutes(1));
  EXPECT_EQ(replica("one").workflow->Report().partitions_size(), 0);
  EXPECT_EQ(outside_.created, 0);
  outside_.store_error = absl::OkStatus();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
}

}  // namespace
}  // namespace causeway::engine
