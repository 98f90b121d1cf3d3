// Which state of a record wins: passes before versions, marks of what a pass has seen, and what is known only in doubt.
#include "common/engine/record_order.h"

#include "common/engine/testing/queue_world.h"

namespace causeway::engine {
namespace {

v1::QueuedRecord At(int64_t pass, int64_t version, int64_t replay_pass = 0) {
  v1::QueuedRecord record;
  record.set_pass(pass);
  record.set_version(version);
  record.set_replay_pass(replay_pass);
  return record;
}

v1::IndexEntry Known(int64_t pass, int64_t version) {
  v1::IndexEntry entry;
  entry.set_pass(pass);
  entry.set_version(version);
  entry.set_update_hash("u");
  entry.set_insert_hash("i");
  entry.set_target(7);
  return entry;
}

TEST(RecordOrder, I15_APassOutranksEveryVersionOfAnEarlierOne) {
  for (int64_t pass = 1; pass <= 3; ++pass) {
    for (int64_t version = 0; version <= 3; ++version) {
      for (int64_t known_pass = 0; known_pass <= 3; ++known_pass) {
        for (int64_t known_version = 0; known_version <= 3; ++known_version) {
          const v1::QueuedRecord record = At(pass, version);
          const v1::IndexEntry known = Known(known_pass, known_version);
          const bool older = pass < known_pass || (pass == known_pass && version != 0 && version < known_version);
          const bool newer = pass > known_pass || (pass == known_pass && (version == 0 || version > known_version));
          EXPECT_EQ(IsOlder(record, known), older) << pass << "/" << version << " " << known_pass << "/" << known_version;
          EXPECT_EQ(IsNewer(record, known), newer) << pass << "/" << version << " " << known_pass << "/" << known_version;
        }
      }
    }
  }
}

TEST(RecordOrder, I3_WhatIsMarkedIsOlderThanAnyVersionOfItsPass) {
  v1::IndexEntry known = Known(2, 100);
  MarkSeen(At(3, 0), known);
  EXPECT_EQ(known.pass(), 3);
  EXPECT_FALSE(IsOlder(At(3, 1), known));
  EXPECT_TRUE(IsOlder(At(2, 101), known));
  EXPECT_EQ(known.update_hash(), "u");
  EXPECT_EQ(known.insert_hash(), "i");
  EXPECT_FALSE(IsGone(known, 3, 7));
  EXPECT_TRUE(IsGone(known, 4, 7)) << "it is ours still";
}

TEST(RecordOrder, I3_AMarkOfAnEarlierPassOrTheSameChangesNothing) {
  for (int64_t pass : {1, 2}) {
    v1::IndexEntry known = Known(2, 100);
    MarkSeen(At(pass, 0, pass), known);
    EXPECT_EQ(known.SerializeAsString(), Known(2, 100).SerializeAsString()) << pass;
  }
}

TEST(RecordOrder, I14_WhatWeHaveNotWrittenStaysSo) {
  v1::IndexEntry known = Known(0, 0);
  MarkSeen(At(3, 50), known);
  EXPECT_EQ(known.version(), 0);
  EXPECT_EQ(known.pass(), 3);
}

TEST(RecordOrder, I12_InAReplayAMarkedRecordIsYetToBeWritten) {
  v1::IndexEntry replayed = Known(3, 100);
  MarkSeen(At(4, 0, 3), replayed);
  EXPECT_EQ(replayed.update_hash(), "u") << "it was written in the replay";
  v1::IndexEntry unreplayed = Known(2, 100);
  MarkSeen(At(4, 0, 3), unreplayed);
  EXPECT_EQ(unreplayed.update_hash(), "");
  EXPECT_EQ(unreplayed.insert_hash(), "");
}

TEST(RecordOrder, I3_GoneIsWhatWeWroteToThisTargetAndThePassDidNotSee) {
  EXPECT_TRUE(IsGone(Known(2, 1), 3, 7));
  EXPECT_FALSE(IsGone(Known(3, 1), 3, 7)) << "seen";
  EXPECT_FALSE(IsGone(Known(4, 1), 3, 7)) << "seen later";
  EXPECT_FALSE(IsGone(Known(2, 0), 3, 7)) << "not ours";
  EXPECT_FALSE(IsGone(Known(2, 1), 3, 8)) << "elsewhere";
}

// A restored environment: its versions begin below what was written.
TEST_F(QueueTest, I3_WhatALaterPassReadsIsWrittenWhateverItsVersion) {
  Queue({Row("a", 1, 100, "before the restore"), Row("b", 1, 101, "same")});
  AddReplica("one", false);
  Finish();
  Queue({Row("a", 2, 60, "restored"), Row("b", 2, 61, "same")});
  Finish();
  EXPECT_EQ(Value("a"), "restored");
  EXPECT_EQ(outside_.updated, 1) << "what is the same costs no call";
  Queue({Row("a", 2, 61, "changed")});
  Finish();
  EXPECT_EQ(Value("a"), "changed");
}

TEST_F(QueueTest, I15_WhatIsOlderThanWhatIsWrittenIsSkipped) {
  Queue({Row("a", 2, 60, "newest")});
  AddReplica("one", false);
  Finish();
  Queue({Row("a", 1, 100, "of an earlier pass")});
  Finish();
  Queue({Row("a", 2, 59, "of an earlier version")});
  Finish();
  EXPECT_EQ(Value("a"), "newest");
  EXPECT_EQ(Entry("a")->pass(), 2);
  EXPECT_EQ(Entry("a")->version(), 60);
  EXPECT_EQ(Totals().skipped(), 2);
  EXPECT_EQ(Totals().skipped_by_reason().at(skip::kOlder), 2);
}

TEST_F(QueueTest, I3_AMarkKeepsWhatThePassSawAndCostsNoCall) {
  Queue({Row("a", 1, 100, "a"), Row("b", 1, 101, "b")});
  AddReplica("one", false);
  Finish();
  const int before = calls();
  Queue({Mark("a", 2), Mark("never written", 2)});
  Finish();
  EXPECT_EQ(calls(), before);
  EXPECT_FALSE(Entry("never written").has_value()) << "a mark makes no entry";
  QueuePassEnd(2);
  QueueSweep(2);
  Finish();
  EXPECT_EQ(Value("a"), "a");
  EXPECT_EQ(Value("b"), "0 rows");
  Queue({Row("a", 2, 60, "lower version of the pass")});
  Finish();
  EXPECT_EQ(Value("a"), "lower version of the pass");
  EXPECT_EQ(Totals().skipped() + Totals().unchanged(), 0) << "marks are no rows";
}

TEST_F(QueueTest, I3_AMarkForAnotherTargetMarksNothing) {
  Queue({Row("a", 1, 100, "a")});
  AddReplica("one", false);
  Finish();
  v1::QueuedRecord mark = Mark("a", 2);
  mark.set_target(2);
  Queue({mark});
  Finish();
  EXPECT_EQ(Entry("a")->pass(), 1);
}

// The version is written, not forgotten, and then known to be seen.
TEST_F(QueueTest, I3_AMarkTakesNoPlaceOfAVersionThatWaits) {
  Queue({Row("a", 1, 100, "first")});
  AddReplica("one", false);
  Finish();
  outside_.fail_writes = 1000000;
  Queue({Row("a", 1, 110, "second")});
  RunFor(absl::Seconds(3));  // It waits for its next attempt, or is under way.
  Queue({Mark("a", 2)});
  RunFor(absl::Seconds(40));
  outside_.fail_writes = 0;
  Finish();
  EXPECT_EQ(Value("a"), "second");
  EXPECT_EQ(Entry("a")->pass(), 2);
  Queue({Row("a", 2, 60, "third")});
  Finish();
  EXPECT_EQ(Value("a"), "third") << "the version before the mark outranks none of the mark's pass";
}

TEST_F(QueueTest, I3_AMarkThatComesDuringACallMarksWhatTheCallWrites) {
  outside_.write_takes = absl::Seconds(2);
  Queue({Row("a", 1, 100, "first")});
  AddReplica("one", false);
  ASSERT_TRUE(RunUntil([&] { return outside_.in_flight == 1; }));
  Queue({Mark("a", 2)});
  Finish();
  EXPECT_EQ(Value("a"), "first");
  EXPECT_EQ(Entry("a")->pass(), 2);
  EXPECT_EQ(calls(), 1);
}

TEST_F(QueueTest, I3_ANewerVersionTakesAMarksPlace) {
  outside_.write_takes = absl::Seconds(2);
  Queue({Row("a", 1, 100, "first")});
  AddReplica("one", false);
  ASSERT_TRUE(RunUntil([&] { return outside_.in_flight == 1; }));
  Queue({Mark("a", 2), Row("a", 2, 60, "second")});
  Finish();
  EXPECT_EQ(Value("a"), "second");
  EXPECT_EQ(Totals().written(), 2);
  EXPECT_EQ(Totals().skipped(), 0) << "the mark was no row";
}

TEST_F(QueueTest, I3_ARefusedVersionThatWasMarkedMeanwhileIsSeen) {
  Queue({Row("a", 1, 100, "first")});
  AddReplica("one", false);
  Finish();
  outside_.write_takes = absl::Seconds(2);
  outside_.refused = {"a"};
  Queue({Row("a", 1, 110, "second")});
  ASSERT_TRUE(RunUntil([&] { return outside_.in_flight == 1; }));
  Queue({Mark("a", 2)});
  Finish();
  EXPECT_EQ(Letters().size(), 1u);
  EXPECT_EQ(Entry("a")->pass(), 2);
}

TEST_F(QueueTest, I3_WhatSupersedesNothingSurvivesACrashWithItsMark) {
  outside_.fail_writes = 1000000;
  Queue({Row("a", 1, 100, "first")});
  Process& one = AddReplica("one", false);
  RunFor(absl::Seconds(3));
  Queue({Mark("a", 2)});
  RunFor(absl::Seconds(3));
  one.Kill();
  outside_.in_flight = 0;
  outside_.in_flight_by_key.clear();
  outside_.fail_writes = 0;
  one.Start();
  Finish();
  EXPECT_EQ(Value("a"), "first");
  EXPECT_EQ(Entry("a")->pass(), 2);
}

// A refused row is still in the source, at whatever version.
TEST_F(QueueTest, I3_ARefusalOfALaterPassOutranksWhatWasWrittenBefore) {
  Queue({Row("a", 1, 100, "first")});
  AddReplica("one", false);
  Finish();
  outside_.refused = {"a"};
  Queue({Row("a", 2, 50, "refused")});
  Finish();
  QueueSweep(2);
  Finish();
  EXPECT_EQ(Value("a"), "first");
  outside_.refused.clear();
  Queue({Row("a", 2, 60, "mended")});
  Finish();
  EXPECT_EQ(Value("a"), "mended");
}

// A clean stop lies between: nothing else makes it uncertain.
TEST_F(QueueTest, I3_WhatWasQueuedForAnotherTargetIsLookedUpAfterACleanStopToo) {
  settings_.set_dispatch_window(1);
  Process& one = AddReplica("one", false);
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->Report().partitions_size() == kPartitions; }));
  replica("one").workflow->Stop();
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
  one.Kill();
  Queue({Row("a", 1, 100, "first")});
  outside_.address = 2;
  outside_.destination["@there"] = {"a", "by hand", 0};
  one.Start();
  Finish();
  EXPECT_EQ(outside_.created, 0);
  EXPECT_EQ(outside_.looked_up, 1);
  EXPECT_EQ(Value("a"), "first");
}

// The first version was made, and nobody heard of it; the deletion behind it is ignored.
TEST_F(QueueTest, I16_WhatIsLeftOutByRuleEndsNoDoubt) {
  AddReplica("one", false);
  outside_.deletes = false;
  outside_.lose_answers = 1;
  Queue({Row("a", 1, 100, "first")});
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 1; }));
  Queue({Deletion("a", 1)});
  Finish();
  Queue({Row("a", 1, 102, "again")});
  Finish();
  EXPECT_EQ(outside_.looked_up, 1);
  EXPECT_EQ(Value("a"), "again");
  EXPECT_EQ(outside_.created, 1);
}

// A run wrote to another target without its reader ever having listed what is there; the next one is back at the first.
TEST_F(QueueTest, I16_WhatIsKnownOfAnotherTargetIsLookedUp) {
  AddReplica("one", false);
  Queue({Row("a", 1, 100, "first")});
  Finish();
  outside_.address = 2;
  Queue({Row("a", 1, 101, "second")});
  Finish();
  outside_.address = 1;
  Queue({Row("a", 1, 102, "third")});
  Finish();
  EXPECT_EQ(outside_.looked_up, 2);
  EXPECT_EQ(Value("a"), "third");
  EXPECT_EQ(outside_.created, 1);
}

// What is queued then lies below the position of whoever has waited meanwhile.
TEST_F(QueueTest, I3_ALogThatLostItsEndAndGrewPastThePositionIsNoticed) {
  Process& first = AddReplica("one", false);
  Queue({Row("a", 1, 10, "first")});
  Finish();
  first.Kill();
  AddReplica("two", false);
  RunFor(absl::Seconds(1));
  const int32_t partition = backlog::PartitionOf(backlog::RecordKey(kTable, "a"), kPartitions);
  kafka_.LoseEnd(topics_.backlog(), partition, 10);
  Queue({Row("a", 1, 11, "second")});
  ASSERT_TRUE(RunUntil([&] { return replica("two").workflow->phase() == v1::WorkflowReport::PHASE_FAILED; }, absl::Minutes(2)));
  EXPECT_EQ(replica("two").workflow->Report().failure().code(), "CW-LOG-GAP");
}

}  // namespace
}  // namespace causeway::engine
