// From the queue to the destination: order, crashes, takeovers, refusals, leases.
#include "common/engine/testing/engine_world.h"

namespace causeway::engine {
namespace {

TEST_F(EngineTest, I3_EveryRecordCrossesOnceThenChangesFollow) {
  Seed(100);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 100);
  EXPECT_EQ(outside_.looked_up, 0);
  outside_.Put("id1005", "second");
  outside_.Put("id2000", "new");
  outside_.Remove("id1006");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 101);
  EXPECT_EQ(outside_.updated, 1);
  EXPECT_EQ(outside_.deleted, 1);
  EXPECT_FALSE(outside_.same_key_twice);
  EXPECT_GT(outside_.most_in_flight, 1);
}

TEST_F(EngineTest, W3_StopFinishesWhatIsInFlightAndStartResumesThere) {
  Seed(200);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created >= 30; }));
  replica("one").workflow->Stop();
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
  const int written = outside_.created;
  EXPECT_EQ(outside_.in_flight, 0);
  const int64_t backlog = Backlog();
  RunFor(absl::Seconds(30));
  EXPECT_EQ(outside_.created, written);
  EXPECT_EQ(Backlog(), backlog);
  one.Kill();
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 200);
  EXPECT_EQ(outside_.looked_up, 0) << "a clean stop leaves nothing in doubt";
}

TEST_F(EngineTest, R1_AKilledWriterLosesNothingAndDoublesNothing) {
  Seed(300);
  Process& one = AddReplica("one", true);
  for (int kills = 1; kills <= 4; ++kills) {
    ASSERT_TRUE(RunUntil([&] { return outside_.created >= 50 * kills; }));
    one.Kill();
    outside_.in_flight = 0;
    outside_.in_flight_by_key.clear();
    RunFor(absl::Seconds(1));
    one.Start();
  }
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 300);
  EXPECT_GT(outside_.looked_up, 0);
  EXPECT_LE(outside_.looked_up, 4 * kPartitions * 16) << "at most a window a partition and crash";
}

// What the first owner sent lands within its own deadline and margin, however short those of its successors are.
TEST_F(EngineTest, R1_ATakeoverWaitsForTheRequestsOfAnOwnerWithALongerDeadline) {
  Seed(1);
  settings_.mutable_landing_margin()->set_seconds(30);
  outside_.request_deadline = absl::Seconds(60);
  outside_.hang = true;
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.in_flight > 0; }));
  const async::Instant sent = simulation_.Now();
  outside_.request_deadline = absl::Seconds(4);
  outside_.hang = false;
  for (int owner = 2; owner <= 3; ++owner) {
    one.Kill();
    outside_.in_flight_by_key.clear();
    RunFor(absl::Seconds(1));
    one.Start();
    if (owner == 2) RunFor(absl::Seconds(20));  // It owns the partition and waits.
  }
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 1; }));
  EXPECT_GE(simulation_.Now() - sent, absl::Seconds(60 + 30));
}

TEST_F(EngineTest, R1_AnAttemptWithoutAnAnswerIsNotFollowedByAnotherBeforeItCanLandNoMore) {
  Seed(1);
  settings_.mutable_landing_margin()->set_seconds(30);
  outside_.lose_answers = 1;
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.lose_answers == 0; }));
  const async::Instant sent = simulation_.Now();
  ASSERT_TRUE(RunUntil([&] { return outside_.looked_up == 1; }));
  EXPECT_GE(simulation_.Now() - sent, outside_.request_deadline + absl::Seconds(30));
}

TEST_F(EngineTest, R1_TwoReplicasShareAndTakeOverFromEachOther) {
  Seed(300);
  outside_.write_takes = absl::Milliseconds(100);
  AddReplica("one", true);
  Process& two = AddReplica("two", false);
  ASSERT_TRUE(RunUntil([&] {
    return replica("one").workflow->Report().partitions_size() > 0 &&
           replica("two").workflow->Report().partitions_size() > 0 && outside_.created > 50;
  }));
  two.Kill();
  outside_.in_flight_by_key.clear();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 300);
  EXPECT_EQ(replica("one").workflow->Report().partitions_size(), kPartitions);
}

TEST_F(EngineTest, R1_ALostAnswerIsLookedUpNotRepeated) {
  Seed(20);
  outside_.lose_answers = 10;
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 20);
  EXPECT_GE(outside_.looked_up, 10);
}

TEST_F(EngineTest, R1_DoubtSurvivesACleanStop) {
  Seed(20);
  outside_.lose_answers = 1000;
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created >= 20; }));
  replica("one").workflow->Stop();
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
  outside_.lose_answers = 0;
  one.Kill();
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 20);
}

TEST_F(EngineTest, W3_AStopIsNotKeptWaitingByADestinationThatHangs) {
  Seed(20);
  AddReplica("one", true);
  outside_.hang = true;
  ASSERT_TRUE(RunUntil([&] { return outside_.in_flight > 0; }));
  replica("one").workflow->Stop();
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; },
                       absl::Seconds(10)));
  EXPECT_EQ(Backlog(), 20);
}

TEST_F(EngineTest, I16_WaitingVersionsAreWrittenOnce) {
  Seed(5);
  outside_.fail_writes = 1000000;
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Backlog() == 5; }));
  for (int version = 0; version < 10; ++version) {
    for (int i = 0; i < 5; ++i) outside_.Put(absl::StrCat("id", 1000 + i), absl::StrCat("version", version));
    RunFor(absl::Seconds(5));
  }
  outside_.fail_writes = 0;
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created + outside_.updated, 5);
}

TEST_F(EngineTest, R2_ARefusedRecordIsADeadLetterAndTheRestGoesOn) {
  Seed(50);
  outside_.refused = {"id1007", "id1013"};
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 48 && Backlog() == 0; }));
  EXPECT_EQ(DeadLetters("CW-CAM-REFUSED"), 2);
}

// What the attempt without an answer did is still unknown: the deletion must not take the known key for the only one.
TEST_F(EngineTest, R1_ARefusalDoesNotEndTheDoubtAboutAnEarlierAttempt) {
  Seed(1);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 1 && Backlog() == 0; }));
  outside_.lose_answers = 1;
  outside_.Put("id1000", "second");
  ASSERT_TRUE(RunUntil([&] { return outside_.lose_answers == 0; }));
  outside_.refused = {"id1000"};
  ASSERT_TRUE(RunUntil([&] { return Backlog() == 0; }));
  ASSERT_EQ(DeadLetters("CW-CAM-REFUSED"), 1);
  outside_.refused.clear();
  outside_.Remove("id1000");
  ASSERT_TRUE(RunUntil([&] { return outside_.deleted == 1; }));
  EXPECT_TRUE(outside_.uncertain["id1000"]);
}

TEST_F(EngineTest, TroubleThatEndsInARefusalIsOver) {
  Seed(1);
  outside_.fail_writes = 1;
  outside_.refused = {"id1000"};
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kDegraded); }));
  ASSERT_TRUE(RunUntil([&] { return Backlog() == 0; }));
  EXPECT_EQ(outside_.created, 0);
  EXPECT_TRUE(RunUntil([&] { return !Shows("one", kDegraded); }, absl::Seconds(10)));
}

TEST_F(EngineTest, TroubleGoesWithThePartition) {
  std::string id = "id";
  while (backlog::PartitionOf(backlog::RecordKey(kTable, id), kPartitions) != kPartitions - 1) id += "x";
  outside_.Put(id, "first");
  outside_.fail_writes = 1000000;
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kDegraded); }));
  AddReplica("two", false);
  AddReplica("three", false);
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->Report().partitions_size() == 1; }));
  ASSERT_NE(replica("one").workflow->Report().partitions(0), kPartitions - 1);
  EXPECT_TRUE(RunUntil([&] { return !Shows("one", kDegraded); }, absl::Minutes(1)));
}

TEST_F(EngineTest, TroubleEndsWithTheWriterThatHadIt) {
  Seed(1);
  outside_.fail_writes = 1000000;
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kDegraded); }));
  bool fenced = false;
  async::Scope scope(observer_->loop());
  auto fence = [](backlog::Broker& broker, std::string id, bool& fenced) -> async::Task<void> {
    EXPECT_TRUE((co_await broker.OpenProducer(std::move(id))).ok());
    fenced = true;
  };
  scope.Spawn(fence(*reader_broker_, topics_.writer_id("one"), fenced));
  ASSERT_TRUE(RunUntil([&] { return fenced; }));
  outside_.fail_writes = 0;  // What is written now can't be committed; another writer is begun.
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_TRUE(RunUntil([&] { return !Shows("one", kDegraded); }, absl::Minutes(1)));
}

TEST_F(EngineTest, E4_EachRecordOfABatchEndsAsItDoes) {
  Seed(100);
  outside_.batch_limit = 10;
  outside_.refused = {"id1007", "id1013"};
  outside_.fail_writes = 5;
  outside_.lose_answers = 5;
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 98 && Backlog() == 0; }));
  EXPECT_GT(outside_.largest_batch, 1u);
  EXPECT_LE(outside_.largest_batch, 10u);
  EXPECT_EQ(DeadLetters("CW-CAM-REFUSED"), 2);
  EXPECT_FALSE(outside_.same_key_twice);
}

TEST_F(EngineTest, E4_ARecordThatNoBatchGetsAnAnswerWithHoldsUpNoOther) {
  Seed(40);  // No more than the window has room for.
  outside_.batch_limit = 40;
  outside_.stuck = {"id1007", "id1023"};
  AddReplica("one", true);
  // Three batches, each smaller, end without an answer; each waits until it can't land any more.
  const absl::Duration round = outside_.request_deadline + LandingTime(settings_, outside_.request_deadline);
  EXPECT_TRUE(RunUntil([&] { return outside_.created == 38; }, 3.5 * round)) << outside_.created;
  outside_.stuck.clear();
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 40 && Backlog() == 0; }));
}

// However many it is that one request stands for.
TEST_F(EngineTest, E4_ABatchWithoutAnAnswerIsNoReasonToPauseTheOthers) {
  Seed(40);
  outside_.batch_limit = 10;
  outside_.concurrency = 3;
  outside_.stuck = {"id1007"};
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.created == 30; }));
  // The clock is now where the batch has got no answer; what comes next isn't held up by it.
  for (int i = 0; i < 5; ++i) {
    RunFor(outside_.request_deadline);
    outside_.Put(absl::StrCat("new", i), "x");
    EXPECT_TRUE(RunUntil([&] { return !outside_.Find(absl::StrCat("new", i)).empty(); }, absl::Seconds(2))) << i;
  }
}

TEST_F(EngineTest, E4_WithoutAnIndexWhatIsWrittenAgainIsFoundToBeThere) {
  Seed(300);
  outside_.uses_index = false;
  outside_.batch_limit = 10;
  outside_.lose_answers = 20;
  Process& one = AddReplica("one", true);
  for (int kills = 1; kills <= 3; ++kills) {
    ASSERT_TRUE(RunUntil([&] { return outside_.created >= 60 * kills; }));
    one.Kill();
    outside_.in_flight_by_key.clear();
    RunFor(absl::Seconds(1));
    one.Start();
  }
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 300);
  EXPECT_FALSE(outside_.same_key_twice);
}

TEST_F(EngineTest, W5_TooManyDeadLettersFailTheRun) {
  Seed(400);
  for (const auto& [id, row] : outside_.source) outside_.refused.insert(id);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_FAILED; }));
  EXPECT_EQ(replica("one").workflow->Report().failure().code(), "CW-WRK-DEAD-LETTERS");
  EXPECT_GT(Backlog(), 0) << "the backlog is kept";
}

TEST_F(EngineTest, W5_AWorkflowErrorAtTheStartFailsWithItsReason) {
  outside_.prepare_error = errors::Make(errors::kDynamicsTrackingOff, "off", "contact");
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_FAILED; }));
  const v1::WorkflowReport report = replica("one").workflow->Report();
  EXPECT_EQ(report.failure().code(), "CW-DYN-TRACKING");
  EXPECT_EQ(report.failure().subject(), "contact");
  EXPECT_FALSE(report.failure().remedy().empty());
}

TEST_F(EngineTest, W8_AHangingWriteEndsTheLease) {
  Seed(5);
  outside_.hang = true;
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.in_flight > 0; }));
  RunFor(absl::Minutes(5));
  const int64_t before = replica("one").workflow->Report().write_turns();
  RunFor(absl::Seconds(10));
  EXPECT_EQ(replica("one").workflow->Report().write_turns(), before);
}

// Not even when the destination bears fewer than hang, so that these look like waiting in line.
TEST_F(EngineTest, W8_HangingWritesEndTheLeaseWhenTheDestinationBearsFewer) {
  Seed(20);
  outside_.hang = true;
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return outside_.in_flight > 1; }));
  outside_.concurrency = 1;
  RunFor(absl::Minutes(10));
  const int64_t before = replica("one").workflow->Report().write_turns();
  RunFor(absl::Seconds(10));
  EXPECT_EQ(replica("one").workflow->Report().write_turns(), before);
}

TEST_F(EngineTest, W8_AWriteOfManySlowRequestsIsNoHanging) {
  Seed(1);
  outside_.requests_per_write = 60;
  outside_.write_takes = absl::Seconds(3);
  AddReplica("one", true);
  while (outside_.created == 0) {
    const int64_t before = replica("one").workflow->Report().write_turns();
    RunFor(absl::Seconds(1));
    ASSERT_GT(replica("one").workflow->Report().write_turns(), before);
  }
}

// A destination that times out is asked less at once; what flies already takes turns.
TEST_F(EngineTest, W8_WaitingForOthersIsNoHanging) {
  Seed(5);
  outside_.bears = 1;
  outside_.write_takes = absl::Seconds(50);  // The fifth waits longer than a hanging one would be left alone.
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->Report().in_flight() == 5; }));
  outside_.concurrency = 1;
  while (outside_.created < 5) {
    const int64_t before = replica("one").workflow->Report().write_turns();
    RunFor(absl::Seconds(1));
    ASSERT_GT(replica("one").workflow->Report().write_turns(), before);
  }
}

TEST_F(EngineTest, W8_AWorkingLoopRenewsItsLease) {
  Seed(5);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  for (int i = 0; i < 60; ++i) {
    const v1::WorkflowReport before = replica("one").workflow->Report();
    RunFor(absl::Seconds(1));
    const v1::WorkflowReport after = replica("one").workflow->Report();
    ASSERT_GT(after.read_turns(), before.read_turns());
    ASSERT_GT(after.write_turns(), before.write_turns());
  }
}

TEST_F(EngineTest, W9_AStoppedWorkflowGoesOnAfterKafkaForgotItsOffsets) {
  Seed(40);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  replica("one").workflow->Stop();
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
  kafka_.ExpireOffsets();
  one.Kill();
  outside_.Put("id1001", "later");
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 40);
  EXPECT_EQ(outside_.updated, 1);
}

TEST_F(EngineTest, W1_AGapFailsTheRun) {
  Seed(20);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  // Somebody trims what is not finished yet.
  outside_.fail_writes = 1000000;
  for (int i = 0; i < 20; ++i) outside_.Put(absl::StrCat("id", 1000 + i), "second");
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return Backlog() == 20; }));
  one.Kill();
  bool done = false;
  async::Scope scope(observer_->loop());
  auto body = [](backlog::Broker& broker, std::string topic, bool& done) -> async::Task<void> {
    std::map<int32_t, int64_t> offsets;
    for (int partition = 0; partition < kPartitions; ++partition) offsets[partition] = 12;
    EXPECT_TRUE((co_await broker.Trim(std::move(topic), std::move(offsets))).ok());
    done = true;
  };
  scope.Spawn(body(*reader_broker_, topics_.backlog(), done));
  ASSERT_TRUE(RunUntil([&] { return done; }));
  one.Start();
  ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_FAILED; }));
  EXPECT_EQ(replica("one").workflow->Report().failure().code(), "CW-LOG-GAP");
}

}  // namespace
}  // namespace causeway::engine
