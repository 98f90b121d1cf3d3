#include "services/controller/backlog_ledger.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

constexpr char kPrefix[] = "stage/ingress/";
const absl::Time kMorning = absl::FromUnixSeconds(1'700'000'000);

class BacklogLedgerTest : public ::testing::Test {
 protected:
  // So many records were queued in each partition in all.
  void Queue(const std::vector<int64_t>& ordinals, absl::Time time = kMorning) {
    v1::QueuedCheckpoint checkpoint;
    for (int64_t ordinal : ordinals) {
      checkpoint.add_ordinals(ordinal);
      checkpoint.add_bytes(ordinal * 100);
    }
    *checkpoint.mutable_time() = ToProto(time);
    ledger_.Apply(absl::StrCat(kPrefix, "queued"), checkpoint.SerializeAsString());
  }
  void Finish(int32_t partition, int64_t ordinal) {
    v1::FinishedCheckpoint checkpoint;
    checkpoint.set_ordinal(ordinal);
    checkpoint.set_bytes(ordinal * 100);
    checkpoint.set_offset(ordinal);
    ledger_.Apply(absl::StrCat(kPrefix, "finished/", partition), checkpoint.SerializeAsString());
  }
  void Observe(int64_t second) { ledger_.Observe(absl::Seconds(second), kMorning + absl::Seconds(second)); }
  v1::Backlog Backlog(int64_t second = 0) const {
    return ledger_.BacklogOf(kPrefix, kMorning + absl::Seconds(second), std::nullopt);
  }

  BacklogLedger ledger_;
};

TEST_F(BacklogLedgerTest, W1_IsQueuedLessFinishedOverAllPartitions) {
  Queue({10, 5, 0});
  Finish(0, 4);
  Finish(1, 3);
  Observe(0);
  EXPECT_EQ(Backlog().records(), 8);
  EXPECT_EQ(Backlog().bytes(), 800);
}

TEST_F(BacklogLedgerTest, W1_IsUnknownUntilThePositionsHaveBeenRead) {
  Queue({10});
  EXPECT_FALSE(Backlog().has_observe_time());
  Observe(0);
  EXPECT_TRUE(Backlog().has_observe_time());
}

TEST_F(BacklogLedgerTest, W1_OtherWorkflowsAreNotCounted) {
  Queue({10});
  v1::QueuedCheckpoint other;
  other.add_ordinals(99);
  ledger_.Apply("stage/egress/queued", other.SerializeAsString());
  Observe(0);
  EXPECT_EQ(Backlog().records(), 10);
}

TEST_F(BacklogLedgerTest, R1_PositionsThatAreDeletedCountNoMore) {
  Queue({10});
  Finish(0, 4);
  ledger_.Apply(absl::StrCat(kPrefix, "confirmed/contact"), std::nullopt);
  Observe(0);
  EXPECT_EQ(Backlog().records(), 6) << "a word that was used up says nothing of the others";
  ledger_.Apply(absl::StrCat(kPrefix, "finished/0"), std::nullopt);
  ledger_.Apply(absl::StrCat(kPrefix, "queued"), std::nullopt);
  EXPECT_EQ(Backlog().records(), 0);
}

TEST_F(BacklogLedgerTest, W1_WhatCantBeReadIsPassedOver) {
  Queue({10});
  ledger_.Apply(absl::StrCat(kPrefix, "queued"), std::string("\xff\xff"));
  ledger_.Apply(absl::StrCat(kPrefix, "finished/x"), std::string());
  ledger_.Apply("nonsense", std::string("?"));
  ledger_.Apply(absl::StrCat(kPrefix, "table/contact"), std::string("?"));
  Observe(0);
  EXPECT_EQ(Backlog().records(), 10);
}

TEST_F(BacklogLedgerTest, W10_ShowsRatesAndTheTimeLeft) {
  Queue({1000});
  Finish(0, 0);
  for (int second = 0; second <= 10; ++second) {
    Finish(0, second * 50);
    Observe(second);
  }
  const v1::Backlog backlog = Backlog(10);
  EXPECT_EQ(backlog.records(), 500);
  EXPECT_NEAR(backlog.finished_per_second(), 50, 5);
  EXPECT_NEAR(backlog.queued_per_second(), 0, 1);
  EXPECT_NEAR(absl::ToDoubleSeconds(ToDuration(backlog.time_to_drain())), 10, 2);
}

TEST_F(BacklogLedgerTest, W10_RatesAreOfTheLastSeconds) {
  for (int second = 0; second <= 40; ++second) {
    Queue({std::min(second, 20) * 100});
    Finish(0, std::min(second, 20) * 50);
    Observe(second);
  }
  EXPECT_EQ(Backlog(40).queued_per_second(), 0);
  EXPECT_EQ(Backlog(40).finished_per_second(), 0);
}

TEST_F(BacklogLedgerTest, W10_TheOldestAgeIsThatOfThePartitionThatWaitsLongest) {
  Queue({0, 0, 0});
  Queue({0, 4, 0}, kMorning + absl::Seconds(1));
  Queue({7, 4, 0}, kMorning + absl::Seconds(3));
  Queue({7, 4, 9}, kMorning + absl::Seconds(5));
  Observe(9);
  EXPECT_EQ(ToDuration(Backlog(9).oldest_age()), absl::Seconds(8));
}

// More is queued than ages are kept of: a record may look older than it is, by a little, and never younger.
TEST_F(BacklogLedgerTest, W10_ALongBacklogLooksNoYoungerThanItIs) {
  constexpr int kQueued = 5000;
  Queue({0});
  for (int second = 1; second <= kQueued; ++second) Queue({second}, kMorning + absl::Seconds(second));
  Observe(kQueued);
  for (int finished = 0; finished < kQueued; ++finished) {
    Finish(0, finished);
    const absl::Duration age = ToDuration(Backlog(kQueued).oldest_age());
    ASSERT_GE(age, absl::Seconds(kQueued - (finished + 1))) << finished;
    ASSERT_LE(age, absl::Seconds(kQueued - (finished + 1) + kQueued / 64)) << finished;
  }
}

TEST_F(BacklogLedgerTest, W10_NoTimeIsLeftToTellWhileItGrows) {
  for (int second = 0; second <= 10; ++second) {
    Queue({second * 100});
    Observe(second);
  }
  EXPECT_FALSE(Backlog(10).has_time_to_drain());
}

TEST_F(BacklogLedgerTest, W10_TheOldestAgeIsOfTheFirstThatIsNotFinished) {
  Queue({10}, kMorning + absl::Seconds(1));
  Observe(1);
  // What was queued before it began to watch has to be read from the queue.
  const auto unknown = ledger_.UnknownAges(kPrefix);
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_EQ(unknown[0].ordinal, 1);
  ledger_.Learn(kPrefix, 0, 1, kMorning + absl::Seconds(1));
  EXPECT_TRUE(ledger_.UnknownAges(kPrefix).empty());
  Queue({20}, kMorning + absl::Seconds(5));
  Observe(9);
  EXPECT_EQ(ToDuration(Backlog(9).oldest_age()), absl::Seconds(8));
  Finish(0, 10);
  Observe(9);
  EXPECT_EQ(ToDuration(Backlog(9).oldest_age()), absl::Seconds(4));
  Finish(0, 20);
  Observe(9);
  EXPECT_FALSE(Backlog(9).has_oldest_age());
}

TEST_F(BacklogLedgerTest, I15_TheBooksAreSummedOverPartitions) {
  v1::QueuedCheckpoint queued;
  v1::ReadTotals& read = (*queued.mutable_tables())["contact"];
  read.set_read(20);
  read.set_queued(15);
  read.set_skipped(3);
  (*read.mutable_skipped_by_reason())["no-contact-id"] = 3;
  read.set_rejected(2);
  ledger_.Apply(absl::StrCat(kPrefix, "queued"), queued.SerializeAsString());
  for (int32_t partition = 0; partition < 2; ++partition) {
    v1::FinishedCheckpoint finished;
    v1::WriteTotals& written = (*finished.mutable_tables())["contact"];
    written.set_written(3 + partition);
    written.set_unchanged(2);
    written.set_skipped(1);
    (*written.mutable_skipped_by_reason())["contact-gone"] = 1;
    written.set_dead(1);
    written.set_swept(5);
    ledger_.Apply(absl::StrCat(kPrefix, "finished/", partition), finished.SerializeAsString());
  }
  const std::vector<v1::TableTotals> all = ledger_.TotalsOf(kPrefix);
  ASSERT_EQ(all.size(), 1u);
  const v1::TableTotals& totals = all[0];
  EXPECT_EQ(totals.table(), "contact");
  EXPECT_EQ(totals.left_out_by_reason().at("no-contact-id"), 3);
  EXPECT_EQ(totals.skipped_by_reason().at("contact-gone"), 2);
  EXPECT_EQ(totals.read(), totals.queued() + totals.left_out() + totals.rejected());
  EXPECT_EQ(totals.queued(), totals.written() + totals.unchanged() + totals.skipped() + totals.dead_lettered());
  EXPECT_EQ(totals.written(), 7);
  EXPECT_EQ(totals.swept(), 10);
  EXPECT_TRUE(ledger_.TotalsOf("stage/egress/").empty());
}

TEST_F(BacklogLedgerTest, I15_DeletionsWaitUntilTheyAreConfirmedOrAnotherPassBegins) {
  v1::TableCheckpoint table;
  table.set_rows(7);
  table.mutable_held()->set_pass(3);
  table.mutable_held()->set_records(1200);
  const auto waits = [&](const std::string& name) { return ledger_.HeldOf(kPrefix).contains(name); };
  const auto apply = [&] { ledger_.Apply(absl::StrCat(kPrefix, "table/contact"), table.SerializeAsString()); };
  const auto confirm = [&](int64_t pass) {
    v1::ConfirmedDeletions confirmed;
    confirmed.set_pass(pass);
    ledger_.Apply(absl::StrCat(kPrefix, "confirmed/contact"), confirmed.SerializeAsString());
  };
  EXPECT_FALSE(waits("contact"));
  confirm(2);
  apply();
  ASSERT_TRUE(waits("contact")) << "an earlier pass was confirmed";
  EXPECT_EQ(ledger_.HeldOf(kPrefix).at("contact").records(), 1200);
  EXPECT_EQ(ledger_.RowsOf(kPrefix, "contact"), 7);
  EXPECT_FALSE(waits("account"));
  confirm(3);
  EXPECT_FALSE(waits("contact"));
  confirm(2);
  table.clear_held();
  apply();
  EXPECT_FALSE(waits("contact"));
}

}  // namespace
}  // namespace causeway::controller
