// When a record that keeps failing is given up, and when it isn't.
#include "common/engine/failing_record.h"

#include "common/engine/testing/queue_world.h"

namespace causeway::engine {
namespace {

const absl::Duration kApart = FailingRecord::kLeastTime / (FailingRecord::kLeastFailures - 1) + absl::Nanoseconds(1);

// Failures `apart`, of which those whose number `taken_before` picks come after others were taken.
template <typename Picks>
FailingRecord After(int failures, absl::Duration apart, Picks taken_before) {
  FailingRecord record;
  int64_t taken = 5;
  for (int i = 0; i < failures; ++i) {
    if (taken_before(i)) ++taken;
    record.Failed(async::Instant() + absl::Hours(3) + i * apart, taken);
  }
  return record;
}

TEST(FailingRecord, R2_OneThatFailsLongAndOftenWhileOthersDoNotIsGivenUp) {
  const auto always = [](int) { return true; };
  for (int failures = 1; failures <= 2 * FailingRecord::kLeastFailures; ++failures) {
    EXPECT_EQ(After(failures, kApart, always).GiveUp(), failures >= FailingRecord::kLeastFailures) << failures;
    EXPECT_EQ(After(failures, kApart, always).failures(), failures);
  }
}

TEST(FailingRecord, R2_NotBeforeItsTime) {
  const auto always = [](int) { return true; };
  EXPECT_FALSE(After(FailingRecord::kLeastFailures, kApart - absl::Seconds(1), always).GiveUp());
  EXPECT_FALSE(After(FailingRecord::kLeastFailures * 10, absl::Seconds(1), always).GiveUp());
  EXPECT_TRUE(After(FailingRecord::kLeastFailures * 100, absl::Seconds(1), always).GiveUp());
}

TEST(FailingRecord, R2_NeverWhileNothingIsTaken) {
  EXPECT_FALSE(After(1000, absl::Minutes(1), [](int) { return false; }).GiveUp());
  EXPECT_FALSE(After(1000, absl::Minutes(1), [](int i) { return i < FailingRecord::kLeastFailures - 1; }).GiveUp());
}

TEST(FailingRecord, R2_FailuresAmongOthersFailuresDoNotCount) {
  const auto every_third = [](int i) { return i % 3 == 0; };
  EXPECT_FALSE(After(3 * FailingRecord::kLeastFailures - 3, kApart, every_third).GiveUp());
  EXPECT_TRUE(After(3 * FailingRecord::kLeastFailures - 2, kApart, every_third).GiveUp());
}

class FailingRecordTest : public QueueTest {
 protected:
  void KeepWriting(absl::Duration duration) {
    const async::Instant end = simulation_.Now() + duration;
    while (simulation_.Now() < end) {
      outside_.Put(absl::StrCat("other", ++others_), "x");
      RunFor(absl::Seconds(5));
    }
  }
  int others_ = 0;
};

TEST_F(FailingRecordTest, R2_ARecordThatAlwaysFailsIsADeadLetterWhenOthersAreTaken) {
  Seed(3);
  outside_.failing = {"id1001"};
  AddReplica("one", true);
  KeepWriting(absl::Minutes(9));
  EXPECT_EQ(Letters().size(), 0u);
  EXPECT_FALSE(Finished());
  KeepWriting(absl::Minutes(21));
  ASSERT_EQ(Letters().size(), 1u);
  EXPECT_EQ(Letters()[0].code(), "CW-CAM-KEEPS-FAILING");
  EXPECT_GE(Letters()[0].attempts(), FailingRecord::kLeastFailures);
  EXPECT_EQ(Letters()[0].record().source_id(), "id1001");
  ASSERT_TRUE(RunUntil([&] { return Looks() && Finished(); }));
  EXPECT_EQ(outside_.created, 2 + others_);
}

TEST_F(FailingRecordTest, R2_WhenEverythingFailsItWaits) {
  Seed(3);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  outside_.fail_writes = 1000000;
  outside_.Put("id1001", "second");
  KeepWriting(absl::Hours(2));
  EXPECT_EQ(Letters().size(), 0u);
  outside_.fail_writes = 0;
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
}

TEST_F(FailingRecordTest, R2_WithoutAnAnswerItWaits) {
  Seed(3);
  outside_.stuck = {"id1001"};
  AddReplica("one", true);
  KeepWriting(absl::Hours(1));
  EXPECT_EQ(Letters().size(), 0u);
  outside_.stuck.clear();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
}

}  // namespace
}  // namespace causeway::engine
