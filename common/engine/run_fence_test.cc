// Runs that end although the controller can't say so.
#include "common/engine/run_fence.h"

#include "common/engine/testing/engine_world.h"
#include "common/engine/testing/scripted_run.h"
#include "gtest/gtest.h"

namespace causeway::engine {
namespace {

class RunFenceTest : public ScriptedRun {
 protected:
  void Begin(int64_t run) {
    fence_ = std::make_unique<RunFence>(world_, topics_, run, state_, [this](const absl::Status& why) {
      ++ended_;
      EXPECT_TRUE(errors::Is(why, errors::kRunEnded)) << why;
    });
  }
  bool Degraded() const { return !state_.Conditions().empty(); }

  int ended_ = 0;
  std::unique_ptr<RunFence> fence_;
};

TEST_F(RunFenceTest, W3_NothingMayBeDoneBeforeALookHasComeToTheEnd) {
  broker_.reaches_end = false;
  Begin(3);
  loop_.Advance(absl::Seconds(1));
  EXPECT_FALSE(fence_->Holds());
  broker_.reaches_end = true;
  loop_.Advance(absl::Seconds(1));
  EXPECT_TRUE(fence_->Holds());
}

TEST_F(RunFenceTest, W3_ALookCountsFromItsBeginning) {
  Begin(3);
  loop_.Advance(absl::Milliseconds(100));
  ASSERT_TRUE(fence_->Holds());
  // The next one begins at 0.5 s and comes to the end at 2.5 s; from then on none does.
  broker_.look_takes = absl::Seconds(2);
  loop_.Advance(absl::Milliseconds(500));
  broker_.look = absl::UnavailableError("away");
  loop_.Advance(absl::Milliseconds(2800));  // 3.4 s.
  EXPECT_TRUE(fence_->Holds());
  loop_.Advance(absl::Milliseconds(200));  // 3.6 s.
  EXPECT_FALSE(fence_->Holds()) << "an end that was committed at 0.6 s wasn't seen";
  loop_.Advance(absl::Seconds(3));
  EXPECT_TRUE(Degraded());
  broker_.look = absl::OkStatus();
  broker_.look_takes = absl::Milliseconds(1);
  loop_.Advance(absl::Seconds(3));
  EXPECT_TRUE(fence_->Holds());
  EXPECT_FALSE(Degraded());
}

TEST_F(RunFenceTest, W3_ItsOwnEndANewerRunAndADeletionEndIt) {
  for (int what = 0; what < 3; ++what) {
    Begin(3);
    broker_.PutRun(topics_, 2, true);
    broker_.PutRun(topics_, 3, false);
    broker_.PutRun(backlog::TopicsOf("organizations/o/instances/other/workflows/ingress", "", 0), 9, true);
    loop_.Advance(absl::Seconds(2));
    EXPECT_TRUE(fence_->Holds());
    EXPECT_EQ(ended_, 0);
    if (what == 0) broker_.PutRun(topics_, 3, true);
    if (what == 1) broker_.PutRun(topics_, 4, false);
    if (what == 2) broker_.Put(topics_.run_key(), std::nullopt);
    loop_.Advance(absl::Seconds(1));
    EXPECT_TRUE(fence_->over()) << what;
    EXPECT_FALSE(fence_->Holds()) << what;
    EXPECT_EQ(ended_, 1) << what;
    EXPECT_TRUE(errors::Is(loop_.Await(fence_->Obtain(absl::InfiniteDuration())), errors::kRunEnded));
    fence_ = nullptr;
    broker_.messages.clear();
    ended_ = 0;
  }
}

TEST_F(RunFenceTest, R1_ARunOfVersion01HasNoCheckpointAndGoesOn) {
  Begin(3);
  loop_.Advance(absl::Seconds(1));
  EXPECT_TRUE(fence_->Holds());
}

TEST_F(RunFenceTest, W3_WhoNeedsALookWaitsForOneAsLongAsItIsTold) {
  broker_.look = absl::UnavailableError("away");
  Begin(3);
  const absl::Status away = loop_.Await(fence_->Obtain(loop_.Now() + absl::Seconds(20)));
  EXPECT_TRUE(errors::Is(away, errors::kBrokerAway)) << away;
  EXPECT_EQ(loop_.Now(), absl::Seconds(20));
  broker_.look = absl::OkStatus();
  EXPECT_TRUE(loop_.Await(fence_->Obtain(loop_.Now() + absl::Seconds(20))).ok());
}

TEST_F(EngineTest, W3_AReplicaThatHearsNobodyEndsWithItsRun) {
  for (const bool newer : {false, true}) {
    Seed(2000);
    TellRun(run_, false);
    const std::string name = absl::StrCat("one", run_);
    AddReplica(name, true);
    const int before = outside_.created;
    ASSERT_TRUE(RunUntil([&] { return outside_.created >= before + 30; }));
    TellRun(newer ? run_ + 1 : run_, !newer);
    Workflow& workflow = *replica(name).workflow;
    ASSERT_TRUE(RunUntil([&] { return workflow.phase() == v1::WorkflowReport::PHASE_STOPPING; }, absl::Seconds(1)));
    EXPECT_TRUE(Shows(name, kRunEnded));
    ASSERT_TRUE(RunUntil([&] { return workflow.phase() == v1::WorkflowReport::PHASE_STOPPED; }, absl::Seconds(10)));
    EXPECT_FALSE(workflow.Report().has_failure());
    const size_t written = outside_.log.size();
    const int64_t backlog = Backlog();
    RunFor(absl::Seconds(30));
    EXPECT_EQ(outside_.log.size(), written);
    EXPECT_EQ(Backlog(), backlog);
    run_ += 2;
  }
}

// It opens the reader's id again when it goes on, which fences the newer run's reader: for a moment, and for nothing else.
TEST_F(EngineTest, W3_AReaderOfAnOldRunThatComesBackQueuesNothing) {
  Process& old = AddReplica("old", true);
  outside_.Put("id1", "first");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  old.Pause();
  run_ = 2;
  TellRun(2, false);
  AddReplica("new", true);
  outside_.Put("id2", "second");
  ASSERT_TRUE(RunUntil([&] { return !outside_.Find("id2").empty(); }));
  outside_.Put("id3", "third");
  old.Resume();
  ASSERT_TRUE(RunUntil([&] { return replica("old").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
  outside_.Put("id4", "fourth");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  std::vector<int64_t> runs;
  for (int partition = 0; partition < kPartitions; ++partition) {
    kafka_.Log(topics_.backlog(), partition)->ForEachCommitted([&](const backlog::Message& message) {
      const auto record = backlog::DecodeRecord(message);
      if (record->source_id() != "id1") runs.push_back(record->run());
    });
  }
  EXPECT_EQ(runs, (std::vector<int64_t>{2, 2, 2}));
}

class LateReaderTest : public EngineTest {
 protected:
  // A reader of run 1 that has changed "id2" in its hands, and commits it when the newer run has been told.
  async::Task<void> QueueLate(bool& opened, bool& committed) {
    auto producer = co_await reader_broker_->OpenProducer(topics_.reader_id());
    Checkpoints checkpoints(*reader_broker_, topics_);
    EXPECT_TRUE((co_await checkpoints.CatchUp()).ok());
    opened = true;
    while (checkpoints.run.run() < 2) EXPECT_TRUE((co_await checkpoints.CatchUp()).ok());
    backlog::Transaction transaction;
    v1::QueuedRecord record;
    record.set_kind(v1::QueuedRecord::KIND_UPSERT);
    record.set_table(kTable);
    record.set_source_id("id2");
    record.set_version(2);
    record.set_row("old columns");
    record.set_pass(1);
    record.set_target(outside_.address);
    record.set_run(1);
    const std::string key = backlog::RecordKey(kTable, "id2");
    const int32_t partition = backlog::PartitionOf(key, kPartitions);
    v1::QueuedCheckpoint& queued = checkpoints.queued;
    record.set_ordinal(queued.ordinals(partition) + 1);
    queued.set_ordinals(partition, record.ordinal());
    v1::TableCheckpoint& table = checkpoints.tables[kTable];
    table.set_position("c2");
    const std::string topic(backlog::kCheckpointsTopic);
    transaction.messages.push_back({topics_.backlog(), partition, key, record.SerializeAsString()});
    transaction.messages.push_back({topic, checkpoints.partition(), topics_.queued_key(), queued.SerializeAsString()});
    transaction.messages.push_back({topic, checkpoints.partition(), topics_.table_key(kTable), table.SerializeAsString()});
    auto landed = co_await (*producer)->Commit(std::move(transaction), absl::InfiniteDuration());
    EXPECT_TRUE(landed.ok()) << landed.status();
    committed = true;
  }
};

// Its last transaction landed when the newer run had begun and that run's reader hadn't opened the id yet (docs/decisions/late-readers.md).
TEST_F(LateReaderTest, W3_WhatAnOldRunsReaderQueuedLateIsTakenUpAndReadAgain) {
  Process& old = AddReplica("old", true);
  outside_.Put("id1", "first");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  bool opened = false, committed = false;
  async::Scope scope(observer_->loop());
  old.Kill();
  scope.Spawn(QueueLate(opened, committed));
  ASSERT_TRUE(RunUntil([&] { return opened; }));
  run_ = 2;
  TellRun(2, false);
  outside_.Put("id2", "second");
  ASSERT_TRUE(RunUntil([&] { return committed; }));
  EXPECT_EQ(Look().queued.run(), 1);
  MapSource::fingerprint = "2";  // What is read now.
  AddReplica("new", true);
  ASSERT_TRUE(RunUntil([&] { return Look().tables[kTable].pass() == 2 && Drained(); }));
  EXPECT_EQ(outside_.created, 2);
  EXPECT_NE(replica("new").workflow->phase(), v1::WorkflowReport::PHASE_FAILED) << "ordinals follow one another";
}

// It holds the partitions still when the newer run's writer has gone: what it takes over shows it.
TEST_F(EngineTest, W3_AWriterOfAnOldRunThatTakesOverFromANewerOneEnds) {
  Seed(20);
  run_ = 2;
  AddReplica("new", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  replica("new").workflow->Stop();
  ASSERT_TRUE(RunUntil([&] { return replica("new").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
  run_ = 1;  // No RunCheckpoint tells it.
  AddReplica("old", false);
  ASSERT_TRUE(RunUntil([&] { return replica("old").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
  EXPECT_TRUE(Shows("old", kRunEnded));
}

}  // namespace
}  // namespace causeway::engine
