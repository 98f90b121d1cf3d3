// What is queued: passes over a table, what the destination held before, gaps, a full queue.
#include "common/engine/testing/engine_world.h"
#include "gmock/gmock.h"

namespace causeway::engine {
namespace {

TEST_F(EngineTest, R2_ARowTooLargeForTheQueueIsADeadLetterAndTheRestGoesOn) {
  Seed(50);
  outside_.Put("id1007", std::string(9 << 20, 'x'));
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 49 && Backlog() == 0; }));
  EXPECT_EQ(DeadLetters("CW-LOG-SIZE"), 1);
}

TEST_F(EngineTest, I3_AnExpiredPositionReadsAgainAndFindsDeletions) {
  Seed(60);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  outside_.Put("id1003", "changed");
  outside_.source.erase("id1004");  // Gone, and no change log tells.
  outside_.oldest_kept = outside_.last_version;
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 60);
  EXPECT_EQ(outside_.updated, 1) << "what is unchanged costs no call";
  EXPECT_EQ(outside_.deleted, 1);
}

TEST_F(EngineTest, I3_OtherColumnsReadTheTableAgain) {
  Seed(60);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  outside_.Remove("id1001");
  MapSource::fingerprint = "2";
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained() && Look().tables.at(kTable).pass() == 2; })) << "changes alone won't do";
  EXPECT_EQ(outside_.updated, 0);
  EXPECT_EQ(outside_.deleted, 1);
}

TEST_F(EngineTest, I12_AReplayWritesEveryRecordOnce) {
  Seed(60);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  for (auto& [pkey, row] : outside_.destination) row.value = "by hand";
  outside_.Remove("id1001");
  outside_.last_replay = 1;
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.updated, 59);
  EXPECT_EQ(outside_.deleted, 1);
  EXPECT_EQ(outside_.created, 60);
  outside_.Put("id1002", "later");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  one.Start();
  RunFor(absl::Seconds(30));
  EXPECT_EQ(outside_.updated, 60) << "a replay happens once";
}

TEST_F(EngineTest, I12_AReplaySurvivesCrashesAndOtherColumnsInItsMiddle) {
  Seed(200);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  for (auto& [pkey, row] : outside_.destination) row.value = "by hand";
  outside_.last_replay = 1;
  outside_.write_takes = absl::Milliseconds(200);
  for (int crash = 1; crash <= 3; ++crash) {
    one.Start();
    ASSERT_TRUE(RunUntil([&] { return outside_.updated >= 30 * crash; }));
    one.Kill();
    outside_.in_flight_by_key.clear();
    if (crash == 2) MapSource::fingerprint = "2";
  }
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 200);
}

TEST_F(EngineTest, I12_WhatReplacesARecordOfAReplayIsWrittenWholeToo) {
  Seed(1);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  outside_.destination.begin()->second.value = "by hand";
  outside_.last_replay = 1;
  outside_.fail_writes = 1000;
  one.Start();
  RunFor(absl::Seconds(5));
  // Another version with the content that was written before, in the place of the one that waits.
  outside_.Put("id1000", "first0");
  RunFor(absl::Seconds(5));
  outside_.fail_writes = 0;
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
}

// Another destination, which holds some of the keys already: nothing that is known of the first one counts there.
TEST_F(EngineTest, I3_AnotherTargetIsListedAndFilledAnew) {
  Seed(60);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  outside_.address = 2;
  outside_.destination.clear();
  outside_.destination["@there"] = {"id1003", "by hand", 0};
  outside_.created = 0;
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 59);
  EXPECT_EQ(outside_.updated, 1);
  EXPECT_EQ(outside_.looked_up, 59) << "what was listed is known";
}

// What was queued for the first one is looked up: the second one's keys weren't listed before it.
TEST_F(EngineTest, I3_WhatWasQueuedForAnotherTargetMakesNoSecondRow) {
  Seed(60);
  outside_.fail_writes = 1000000;
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Backlog() == 60; }));
  one.Kill();
  outside_.in_flight_by_key.clear();
  outside_.address = 2;
  outside_.destination["@there"] = {"id1003", "by hand", 0};
  outside_.fail_writes = 0;
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 59);
}

TEST_F(EngineTest, I14_WhatTheDestinationHeldBeforeIsAdopted) {
  outside_.destination["@old"] = {"id1000", "by hand", 0};
  outside_.destination["@other"] = {"stranger", "by hand", 0};
  Seed(3);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Backlog() == 0 && outside_.created == 2 && outside_.updated == 1; }));
  EXPECT_EQ(outside_.destination.at("@old").value, "first0");
  EXPECT_EQ(outside_.destination.at("@other").value, "by hand");
}

TEST_F(EngineTest, R4_ReadingPausesWhenTheQueueIsFull) {
  Seed(2000);
  settings_.set_max_queued_bytes(20000);
  outside_.fail_writes = 1000000;
  AddReplica("one", true);
  RunFor(absl::Minutes(2));
  const int64_t backlog = Backlog();
  EXPECT_LT(backlog, 1000);
  EXPECT_TRUE(Shows("one", kReaderPaused));
  outside_.fail_writes = 0;
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
}

// Whoever reads next tells of it again, until the controller has written it down.
TEST_F(EngineTest, E3_AGapOutlivesTheProcessThatFoundIt) {
  outside_.Put("a", "1");
  Process& process = AddReplica("r1", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.InStep(); }));
  outside_.gap = "from yesterday";
  ASSERT_TRUE(RunUntil([&] { return replica("r1").workflow->Report().gaps_size() == 1; }));
  process.Kill();
  process.Start();
  ASSERT_TRUE(RunUntil([&] { return replica("r1").workflow->Report().gaps_size() == 1; }));
  const v1::WorkflowReport report = replica("r1").workflow->Report();
  EXPECT_EQ(report.gaps(0).number(), 1);
  EXPECT_EQ(report.gaps(0).code(), errors::kJournalGap.id);
  EXPECT_EQ(report.gaps(0).message(), "from yesterday");
  ASSERT_EQ(report.conditions_size(), 1);
  EXPECT_EQ(report.conditions(0).type(), kSourceGap);
  outside_.gap = "from today";
  ASSERT_TRUE(RunUntil([&] { return replica("r1").workflow->Report().gaps_size() == 2; }));
  EXPECT_EQ(replica("r1").workflow->Report().gaps(1).number(), 2);
  RunFor(absl::Hours(23));
  EXPECT_TRUE(Shows("r1", kSourceGap));
  RunFor(absl::Minutes(61));
  EXPECT_FALSE(Shows("r1", kSourceGap)) << "though nothing has been read since";
  EXPECT_EQ(replica("r1").workflow->Report().gaps_size(), 2);
}

TEST_F(EngineTest, W8_ASlowSourceIsNoHanging) {
  outside_.request_deadline = absl::Minutes(5);
  outside_.read_takes = absl::Minutes(4);
  Seed(1);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->Report().reader(); }));
  RunFor(absl::Minutes(3));
  const int64_t before = replica("one").workflow->Report().read_turns();
  RunFor(absl::Seconds(1));
  EXPECT_GT(replica("one").workflow->Report().read_turns(), before);
}

TEST_F(EngineTest, WhoReadsNoMoreShowsNoMoreOfReading) {
  outside_.Put("a", "1");
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  outside_.gap = "from yesterday";
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kSourceGap); }));
  outside_.read_error = errors::Make(errors::kJournalUnreachable, "away");
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kDegraded); }));
  replica("one").workflow->SetReader(false);
  ASSERT_TRUE(RunUntil([&] { return !replica("one").workflow->Report().reader(); }));
  EXPECT_EQ(replica("one").workflow->Report().conditions_size(), 0);
}

TEST_F(EngineTest, I15_ATableThatCantBeReadHoldsUpNoOther) {
  outside_.tables = {"account", kTable};
  outside_.table_errors["account"] = errors::Make(errors::kDynamicsUnavailable, "down");
  Seed(60);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  const v1::WorkflowReport report = replica("one").workflow->Report();
  ASSERT_EQ(report.conditions_size(), 1);
  EXPECT_EQ(report.conditions(0).type(), kDegraded);
  EXPECT_EQ(report.conditions(0).code(), errors::kDynamicsUnavailable.id);
  EXPECT_EQ(report.conditions(0).message(), "Reading table account fails, the others go on: down");
  RunFor(absl::Minutes(1));
  const int64_t attempts = replica("one").workflow->Report().retries().at(std::string(errors::kDynamicsUnavailable.id));
  EXPECT_GE(attempts, 3);
  EXPECT_LE(attempts, 20) << "it is asked less and less often";
  outside_.Put("id1003", "changed");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }, absl::Seconds(5))) << "the wait of the one isn't the others'";
  outside_.table_errors.clear();
  ASSERT_TRUE(RunUntil([&] { return !Shows("one", kDegraded); }));
}

TEST_F(EngineTest, I15_AnErrorOfTheWorkflowInOneTableEndsTheRun) {
  outside_.tables = {kTable, "account"};
  outside_.table_errors["account"] = errors::Make(errors::kDynamicsPrivilege, "none");
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_FAILED; }));
}

class Books : public EngineTest {
 protected:
  v1::ReadTotals ReadBooks() {
    const Checkpoints checkpoints = Look();
    const auto found = checkpoints.queued.tables().find(kTable);
    return found == checkpoints.queued.tables().end() ? v1::ReadTotals() : found->second;
  }
};

// 20 rows of a page, 1.5 MiB each: its parts show as books that grow while the position stays.
TEST_F(Books, I15_APageTooLargeForOneTransactionIsQueuedInSeveral) {
  for (int i = 0; i < 20; ++i) outside_.Put(absl::StrCat("id", 1000 + i), std::string(3 << 19, static_cast<char>('a' + i)));
  AddReplica("one", true);
  std::set<int64_t> read;
  ASSERT_TRUE(RunUntil([&] {
    read.insert(ReadBooks().read());
    return Drained();
  }));
  EXPECT_EQ(outside_.created, 20);
  // Not each part is looked at while it is the last one.
  EXPECT_THAT(read, ::testing::IsSubsetOf({0, 6, 12, 18, 20}));
  EXPECT_GE(read.size(), 3u);
  EXPECT_EQ(ReadBooks().read(), 20);
  EXPECT_EQ(replica("one").workflow->Report().tables(0).read(), 20);
}

TEST_F(Books, I15_WhatTheSourceLeavesOutIsInTheBooks) {
  Seed(30);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  outside_.leaves_out = 4;
  ASSERT_TRUE(RunUntil([&] { return ReadBooks().read() == 34; }));
  EXPECT_EQ(ReadBooks().queued(), 30);
  EXPECT_EQ(ReadBooks().skipped(), 4);
  EXPECT_EQ(ReadBooks().skipped_by_reason().at(skip::kOtherType), 4);
}

TEST_F(Books, R1_ACrashInTheMiddleOfALargePageLosesNoneOfItsRows) {
  for (int i = 0; i < 20; ++i) outside_.Put(absl::StrCat("id", 1000 + i), std::string(3 << 19, static_cast<char>('a' + i)));
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return ReadBooks().read() == 6; }));
  one.Kill();
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 20);
}

TEST_F(Books, I15_TheBooksOfReadingSurviveRestarts) {
  Seed(30);
  outside_.Put("id1007", std::string(9 << 20, 'x'));
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Backlog() == 0 && outside_.created == 29; }));
  EXPECT_EQ(ReadBooks().read(), 30);
  EXPECT_EQ(ReadBooks().queued(), 29);
  EXPECT_EQ(ReadBooks().rejected(), 1);
  one.Kill();
  one.Start();
  outside_.Put("id1003", "changed");
  ASSERT_TRUE(RunUntil([&] { return outside_.updated == 1 && Backlog() == 0; }));
  EXPECT_EQ(ReadBooks().read(), 31);
  EXPECT_EQ(ReadBooks().queued(), 30);
}

class Restored : public EngineTest {
 protected:
  // One round of changes, so that there is a version to compare with.
  void Follow() {
    Seed(60);
    AddReplica("one", true);
    ASSERT_TRUE(RunUntil([&] { return Drained(); }));
    outside_.Put("id1005", "latest");
    ASSERT_TRUE(RunUntil([&] { return Drained(); }));
    RunFor(absl::Seconds(5));
  }
};

TEST_F(Restored, I14_AChangeOfAnEarlierVersionIsSaidAndLeadsToAPass) {
  Follow();
  outside_.versions_back = 50;
  outside_.Put("id1003", "after the restore");
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kSourceRestored) && !Shows("one", kRereading); }));
  const v1::WorkflowReport report = replica("one").workflow->Report();
  ASSERT_EQ(report.gaps_size(), 1);
  EXPECT_EQ(report.gaps(0).code(), errors::kDynamicsRestored.id);
  EXPECT_EQ(Look().tables.at(kTable).pass(), 2);
  outside_.Put("id1004", "later");
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Look().tables.at(kTable).pass(), 2) << "what it holds now is the measure";
  EXPECT_EQ(replica("one").workflow->Report().gaps_size(), 1);
}

// A round may begin with what the last one ended with.
TEST_F(Restored, I14_AChangeThatIsReadTwiceIsNoRestore) {
  Follow();
  const auto read = [this] { return replica("one").workflow->Report().tables(0).read(); };
  const int64_t before = read();
  outside_.versions_back = 1;
  outside_.Put("id1005", "latest");
  ASSERT_TRUE(RunUntil([&] { return read() == before + 1; }));
  RunFor(absl::Seconds(10));
  EXPECT_FALSE(Shows("one", kSourceRestored));
  EXPECT_EQ(Look().tables.at(kTable).pass(), 1);
}

// What was read while the pass ran comes again in the round behind it, below the highest version that the pass saw.
TEST_F(Restored, I14_WhatAPassSawIsNoMeasure) {
  Follow();
  outside_.oldest_kept = outside_.last_version + 1;
  ASSERT_TRUE(RunUntil([&] {
    const std::string position = replica("one").workflow->Report().tables(0).position();
    return position == "reading again, 20 rows";
  }));
  outside_.oldest_kept = 0;
  outside_.Put("id1001", "while the pass ran");
  outside_.Put("id1050", "and seen by it");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  RunFor(absl::Minutes(1));
  EXPECT_FALSE(Shows("one", kSourceRestored));
  EXPECT_EQ(Look().tables.at(kTable).pass(), 2);
}

// Versions are said of nothing that was deleted, and not by every source.
TEST_F(Restored, I14_NoVersionIsNoEarlierVersion) {
  Follow();
  outside_.Remove("id1003");
  outside_.versions_back = outside_.last_version + 1;
  outside_.Put("id1004", "without");
  ASSERT_TRUE(RunUntil([&] { return outside_.deleted == 1 && Backlog() == 0; }));
  EXPECT_FALSE(Shows("one", kSourceRestored));
}

}  // namespace
}  // namespace causeway::engine
