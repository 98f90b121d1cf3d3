// What a pass did not see: counted first, deleted only by a sweep, in bounded portions beside other records.
#include "common/engine/testing/queue_world.h"

namespace causeway::engine {
namespace {

class SweepTest : public QueueTest {
 protected:
  // Rows 1000, 1001, … written in pass 1.
  void Write(int rows) {
    std::vector<v1::QueuedRecord> records;
    for (int i = 0; i < rows; ++i) records.push_back(Row(Id(i), 1, 100 + i, "first"));
    Queue(std::move(records));
    Finish();
  }
  void See(int from, int to, int64_t pass) {
    std::vector<v1::QueuedRecord> records;
    for (int i = from; i < to; ++i) records.push_back(Row(Id(i), pass, 100 + i, "first"));
    Queue(std::move(records));
  }
  static std::string Id(int i) { return absl::StrCat("id", 1000 + i); }
};

TEST_F(SweepTest, I3_TheEndOfAPassCountsAndDeletesNothing) {
  outside_.destination["@theirs"] = {"stranger", "by hand", 0};
  Queue({Record(v1::QueuedRecord::KIND_EXISTING, "stranger", 0, 0, "@theirs")});
  AddReplica("one", false);
  Write(30);
  See(0, 20, 2);
  EXPECT_FALSE(Counted(2).has_value());
  QueuePassEnd(2);
  Finish();
  ASSERT_TRUE(Counted(2).has_value());
  EXPECT_EQ(Counted(2)->gone(), 10);
  EXPECT_EQ(Counted(2)->known(), 30) << "not what the destination held before: it would make many look few";
  EXPECT_EQ(outside_.deleted, 0);
}

TEST_F(SweepTest, I3_ASweepDeletesWhatIsGoneAndNothingElse) {
  outside_.destination["@theirs"] = {"stranger", "by hand", 0};
  Queue({Record(v1::QueuedRecord::KIND_EXISTING, "stranger", 0, 0, "@theirs")});
  AddReplica("one", false);
  Write(30);
  See(0, 20, 2);
  QueuePassEnd(2);
  QueueSweep(2);
  Finish();
  EXPECT_EQ(outside_.deleted, 10);
  EXPECT_EQ(outside_.destination.size(), 21u);
  EXPECT_EQ(Totals().swept(), 10);
  EXPECT_EQ(Totals().written(), 30);
  EXPECT_EQ(Totals().unchanged(), 20);
  EXPECT_EQ(Totals().dead() + Totals().skipped(), 0);
  See(20, 21, 2);
  Finish();
  EXPECT_EQ(outside_.created, 31) << "it has come back";
}

// More than a portion of the index in each partition.
TEST_F(SweepTest, I3_ALargeTableIsCountedAndSweptInPortions) {
  settings_.set_dispatch_window(512);
  outside_.write_takes = absl::Milliseconds(1);
  AddReplica("one", false);
  Write(4000);
  See(0, 100, 2);
  QueuePassEnd(2);
  Finish();
  EXPECT_EQ(Counted(2)->gone(), 3900);
  EXPECT_EQ(Counted(2)->known(), 4000);
  QueueSweep(2);
  Finish();
  EXPECT_EQ(outside_.deleted, 3900);
  EXPECT_EQ(Totals().swept(), 3900);
}

TEST_F(SweepTest, I3_TheEndOfAPassWaitsForWhatIsQueuedBeforeIt) {
  AddReplica("one", false);
  Write(10);
  outside_.fail_writes = 1000000;
  See(0, 5, 2);
  Queue({Row(Id(6), 2, 200, "changed")});
  QueuePassEnd(2);
  RunFor(absl::Seconds(60));
  outside_.fail_writes = 0;
  Finish();
  EXPECT_EQ(Counted(2)->gone(), 4);
}

TEST_F(SweepTest, I10_WhereNothingIsDeletedNothingIsCounted) {
  AddReplica("one", false);
  Write(10);
  outside_.deletes = false;
  QueuePassEnd(2);
  QueueSweep(2);
  Finish();
  EXPECT_EQ(Counted(2)->gone(), 0);
  EXPECT_EQ(outside_.deleted, 0);
}

TEST_F(SweepTest, I3_WhatWasCountedForAnotherTargetIsNotSwept) {
  Process& one = AddReplica("one", false);
  Write(10);
  one.Kill();
  QueuePassEnd(2);
  QueueSweep(2);
  outside_.address = 2;
  one.Start();
  Finish();
  EXPECT_EQ(outside_.deleted, 0);
  EXPECT_EQ(Counted(2)->gone(), 0) << "told all the same: the reader waits for it";
}

TEST_F(SweepTest, I3_ARowThatIsSeenAgainWhileTheSweepIsUnderWayStays) {
  AddReplica("one", false);
  Write(60);
  outside_.concurrency = 1;
  outside_.write_takes = absl::Seconds(1);
  QueueSweep(2);
  ASSERT_TRUE(RunUntil([&] { return outside_.deleted == 3; }));
  std::string last = std::max_element(outside_.destination.begin(), outside_.destination.end(), [](const auto& a, const auto& b) {
                       return a.second.key < b.second.key;
                     })->second.key;
  Queue({Mark(last, 2)});
  Finish();
  EXPECT_EQ(outside_.deleted, 59);
  EXPECT_EQ(Value(last), "first");
}

TEST_F(SweepTest, R2_ARefusedDeletionOfASweepIsADeadLetterEach) {
  AddReplica("one", false);
  Write(40);
  for (int i = 0; i < 30; ++i) outside_.refused.insert(Id(i));
  QueueSweep(2);
  Finish();
  EXPECT_EQ(outside_.deleted, 10);
  std::set<std::string> ids;
  for (const v1::DeadLetterRecord& letter : Letters()) {
    EXPECT_EQ(letter.record().kind(), v1::QueuedRecord::KIND_DELETE);
    EXPECT_GT(letter.record().ordinal(), 0);
    ids.insert(letter.record().source_id());
  }
  EXPECT_EQ(ids.size(), 30u);
  EXPECT_EQ(Letters().size(), 30u);
  EXPECT_EQ(Totals().dead(), 0) << "no row of the queue was refused";
  EXPECT_EQ(Totals().swept(), 10);
}

// They wait in memory for the next transaction only, however long the sweep is.
TEST_F(SweepTest, R2_TheDeadLettersOfASweepComeBeforeItsEndAndOnce) {
  Process& one = AddReplica("one", false);
  Write(20);
  outside_.refused = {Id(0), Id(1), Id(2)};
  outside_.write_takes = absl::Milliseconds(300);
  outside_.concurrency = 1;
  QueueSweep(2);
  ASSERT_TRUE(RunUntil([&] { return outside_.deleted == 12; }));
  RunFor(absl::Milliseconds(250));
  const size_t early = Letters().size();
  EXPECT_GT(early, 0u);
  one.Kill();
  outside_.in_flight = 0;
  outside_.in_flight_by_key.clear();
  one.Start();
  Finish();
  EXPECT_EQ(Letters().size(), 3u) << "none twice";
  EXPECT_EQ(outside_.destination.size(), 3u);
}

// What it couldn't delete is gone all the same: the next pass counts it, and the next sweep tries again.
TEST_F(SweepTest, I3_WhatASweepCouldNotDeleteIsDeletedByTheNext) {
  AddReplica("one", false);
  Write(5);
  outside_.refused = {Id(0), Id(1)};
  QueueSweep(2);
  Finish();
  QueuePassEnd(3);
  Finish();
  EXPECT_EQ(Counted(3)->gone(), 2);
  outside_.refused.clear();
  QueueSweep(3);
  Finish();
  EXPECT_EQ(outside_.destination.size(), 0u);
}

// Letters that come while a transaction is under way wait for the next one.
TEST_F(SweepTest, R2_NoDeadLetterOfALargeSweepIsLost) {
  settings_.set_max_dead_letter_percent(100);
  AddReplica("one", false);
  Write(300);
  for (int i = 0; i < 300; ++i) outside_.refused.insert(Id(i));
  QueueSweep(2);
  Finish();
  EXPECT_EQ(Letters().size(), 300u);
}

TEST_F(SweepTest, R1_ACrashInTheMiddleOfASweepRepeatsItHarmlessly) {
  Process& one = AddReplica("one", false);
  Write(100);
  See(0, 10, 2);
  Finish();
  outside_.write_takes = absl::Milliseconds(200);
  outside_.concurrency = 2;
  QueueSweep(2);
  for (int deleted : {20, 50, 80}) {
    ASSERT_TRUE(RunUntil([&] { return outside_.deleted >= deleted; }));
    one.Kill();
    outside_.in_flight = 0;
    outside_.in_flight_by_key.clear();
    one.Start();
  }
  Finish();
  EXPECT_EQ(outside_.destination.size(), 10u);
  EXPECT_EQ(Totals().swept(), 90) << "each once";
  EXPECT_EQ(outside_.created, 100);
}

TEST_F(SweepTest, W3_ADeletionWithoutAnAnswerIsInDoubtAfterACleanStop) {
  Process& one = AddReplica("one", false);
  Write(3);
  outside_.lose_answers = 1000;
  QueueSweep(2);
  ASSERT_TRUE(RunUntil([&] { return outside_.deleted >= 1; }));
  RunFor(absl::Seconds(1));
  replica("one").workflow->Stop();
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
  const async::Instant stopped = simulation_.Now();
  outside_.lose_answers = 0;
  one.Kill();
  // A row comes back. What is under way must not hit what is made of it.
  Queue({Row(Id(0), 2, 500, "back"), Row(Id(1), 2, 501, "back"), Row(Id(2), 2, 502, "back")});
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Value(Id(0)) == "back" && Value(Id(1)) == "back" && Value(Id(2)) == "back"; }));
  EXPECT_GE(simulation_.Now() - stopped, outside_.request_deadline);
  Finish();
}

// An attempt without an answer, then a refusal: whether the destination holds it is in doubt, until the sweep has looked.
TEST_F(SweepTest, I3_WhatTheSweepLooksForInVainIsNotKnownAnyMore) {
  AddReplica("one", false);
  outside_.stuck = {Id(0)};
  outside_.refused = {Id(0)};
  Queue({Row(Id(0), 1, 100, "first")});
  RunFor(2 * outside_.request_deadline);
  outside_.stuck.clear();
  Finish();
  ASSERT_TRUE(Entry(Id(0)).has_value());
  outside_.refused.clear();
  QueueSweep(2);
  Finish();
  EXPECT_FALSE(Entry(Id(0)).has_value());
  QueuePassEnd(3);
  Finish();
  EXPECT_EQ(Counted(3)->gone(), 0);
}

TEST_F(SweepTest, I16_OtherRecordsOfThePartitionGoOnDuringASweep) {
  settings_.set_dispatch_window(64);
  AddReplica("one", false);
  Write(300);
  outside_.concurrency = 1;
  outside_.write_takes = absl::Seconds(1);
  QueueSweep(2);
  ASSERT_TRUE(RunUntil([&] { return outside_.deleted == 3; }));
  Queue({Row("new", 2, 900, "new")});
  ASSERT_TRUE(RunUntil([&] { return Value("new") == "new"; }));
  EXPECT_LT(outside_.deleted, 150) << "it waits for a few of the deletions only";
  Finish();
  EXPECT_EQ(outside_.destination.size(), 1u);
}

TEST_F(SweepTest, W1_TheBooksSayWhatBecameOfEachRow) {
  Process& one = AddReplica("one", false);
  Write(20);
  outside_.refused = {Id(0), Id(1)};
  std::vector<v1::QueuedRecord> records;
  for (int i = 0; i < 10; ++i) records.push_back(Row(Id(i), 1, 200 + i, "second"));  // Eight are written, two are refused.
  for (int i = 10; i < 15; ++i) records.push_back(Row(Id(i), 1, 200 + i, "first"));  // Unchanged.
  for (int i = 15; i < 18; ++i) records.push_back(Row(Id(i), 1, 50, "old"));         // Older than what is written.
  records.push_back(Deletion(Id(18), 1));
  records.push_back(Mark(Id(19), 2));
  outside_.write_takes = absl::Milliseconds(400);
  Queue(std::move(records));
  ASSERT_TRUE(RunUntil([&] { return outside_.updated >= 3; }));
  one.Kill();
  outside_.in_flight = 0;
  outside_.in_flight_by_key.clear();
  one.Start();
  Finish();
  const v1::WriteTotals totals = Totals();
  EXPECT_EQ(totals.written(), 20 + 8 + 1);
  EXPECT_EQ(totals.unchanged(), 5);
  EXPECT_EQ(totals.skipped(), 3);
  EXPECT_EQ(totals.dead(), 2);
  EXPECT_EQ(totals.swept(), 0);
}

TEST_F(SweepTest, W1_AVersionThatWasReplacedCountsAsSkipped) {
  AddReplica("one", false);
  Write(1);
  outside_.fail_writes = 1000000;
  for (int i = 1; i <= 5; ++i) {
    Queue({Row(Id(0), 1, 200 + i, absl::StrCat(i))});
    RunFor(absl::Seconds(20));
  }
  outside_.fail_writes = 0;
  Finish();
  EXPECT_EQ(Totals().written(), 2);
  EXPECT_EQ(Totals().skipped(), 4);
}

// After a reset.
class ResetSweepTest : public QueueTest {
 protected:
  ResetSweepTest() : QueueTest(1) {}

  void KeepIndexOfBefore() {
    EXPECT_TRUE(kafka_.CreateTopic({before_.index(), kPartitions, 1, {{"cleanup.policy", "compact"}}}).ok());
  }
  // What the destination holds is listed, and the pass sees "stays" alone.
  void ListAndRead() {
    Queue({Record(v1::QueuedRecord::KIND_EXISTING, "gone", 0, 0, "@gone"), Record(v1::QueuedRecord::KIND_EXISTING, "stays", 0, 0, "@stays"),
           Record(v1::QueuedRecord::KIND_EXISTING, "stranger", 0, 0, "@theirs"), Row("stays", 1, 9, "new")});
    QueuePassEnd(1);
    QueueSweep(1);
    AddReplica("one", false);
    Finish();
  }
  static std::pair<std::string, std::string> Ours(const std::string& id, uint64_t target, int64_t version, const std::string& destination_key = "") {
    v1::IndexEntry entry;
    entry.set_destination_key(destination_key);
    entry.set_target(target);
    entry.set_version(version);
    return {backlog::RecordKey(kTable, id), entry.SerializeAsString()};
  }

  void SetUp() override {
    for (const char* id : {"gone", "stays"}) outside_.destination[absl::StrCat("@", id)] = {id, "old", 0};
    outside_.destination["@theirs"] = {"stranger", "by hand", 0};
  }

  const backlog::WorkflowTopics before_ = backlog::TopicsOf(kWorkflowName, "", 0);
};

TEST_F(ResetSweepTest, I3_WhatTheIndexOfBeforeKnowsForOursIsDeletedWhenItIsGone) {
  KeepIndexOfBefore();
  Write(before_.index(), {Ours("gone", 1, 7), Ours("stays", 1, 7), Ours("stranger", 1, 0)});
  ListAndRead();
  EXPECT_TRUE(outside_.Find("gone").empty());
  EXPECT_EQ(Value("stays"), "new");
  EXPECT_EQ(Value("stranger"), "by hand") << "it was listed before, and is nobody's to delete";
  EXPECT_EQ(calls(), 2);
}

TEST_F(ResetSweepTest, I3_TheFirstPassAfterAResetFindsWhatIsGone) {
  KeepIndexOfBefore();
  Write(before_.index(), {Ours("gone", 1, 7), Ours("stays", 1, 7)});
  outside_.Put("stays", "new");
  AddReplica("one", true);
  EXPECT_TRUE(RunUntil([&] { return outside_.Find("gone").empty() && Value("stays") == "new"; }));
  EXPECT_EQ(Value("stranger"), "by hand");
}

TEST_F(ResetSweepTest, I3_WhatWasOursInAnotherTargetIsNot) {
  KeepIndexOfBefore();
  Write(before_.index(), {Ours("gone", 2, 7)});
  ListAndRead();
  EXPECT_EQ(Value("gone"), "old");
}

// The target had kept its number at another address, which nobody knows any more.
TEST_F(ResetSweepTest, I3_WhatWasOursUnderTheSameKeyOfTheDestinationsIsOurs) {
  KeepIndexOfBefore();
  Write(before_.index(), {Ours("gone", 2, 7, "@gone"), Ours("stays", 2, 7, "@stays"), Ours("stranger", 2, 7, "@another")});
  ListAndRead();
  EXPECT_TRUE(outside_.Find("gone").empty());
  EXPECT_EQ(Value("stranger"), "by hand");
}

TEST_F(ResetSweepTest, I3_WhereTheIndexOfBeforeIsLostNothingIsTakenForOurs) {
  ListAndRead();
  EXPECT_EQ(Value("gone"), "old");
  EXPECT_EQ(Value("stays"), "new");
}

}  // namespace
}  // namespace causeway::engine
