// What a broker lost of the queue's end.
#include "common/engine/queue_tail.h"

#include "common/async/testing/manual_loop.h"
#include "common/backlog/testing/no_broker.h"
#include "common/engine/testing/engine_world.h"
#include "gtest/gtest.h"

namespace causeway::engine {
namespace {

// One partition: ordinals by offset; what lies between are markers.
class QueueBroker final : public backlog::NoBroker {
 public:
  async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> OpenLog(std::string, int32_t, int64_t offset) override {
    co_return std::unique_ptr<backlog::LogReader>(std::make_unique<Log>(*this, offset));
  }
  std::map<int64_t, int64_t> ordinals;
  int64_t end = 0;
  int64_t start = 0;
  int read = 0;
  absl::Status failure;

 private:
  class Log final : public backlog::LogReader {
   public:
    Log(QueueBroker& broker, int64_t offset) : broker_(broker), next_(offset) {}
    async::Task<absl::StatusOr<Batch>> Next() override {
      if (!broker_.failure.ok()) co_return broker_.failure;
      if (next_ < broker_.start || next_ > broker_.end) co_return absl::OutOfRangeError("no such offset");
      Batch batch;
      const auto found = broker_.ordinals.lower_bound(next_);
      if (found != broker_.ordinals.end()) {
        v1::QueuedRecord record;
        record.set_kind(v1::QueuedRecord::KIND_UPSERT);
        record.set_ordinal(found->second);
        batch.messages.push_back({0, found->first, "key", record.SerializeAsString()});
        next_ = found->first + 1;
        ++broker_.read;
      }
      batch.reached_end = found == broker_.ordinals.end() || std::next(found) == broker_.ordinals.end();
      co_return batch;
    }

   private:
    QueueBroker& broker_;
    int64_t next_;
  };
};

class QueueTailTest : public testing::Test {
 protected:
  // A thousand records in transactions of ten, each with its marker.
  QueueTailTest() {
    for (int64_t ordinal = 1; ordinal <= 1000; ++ordinal) {
      broker_.ordinals[broker_.end++] = ordinal;
      if (ordinal % 10 == 0) ++broker_.end;
    }
  }
  absl::Status Check(QueuePlace place, int64_t queued) { return loop_.Await(CheckTail(broker_, "q", 3, place, queued)); }
  void Lose(int64_t records) {
    for (; records > 0; --records) broker_.ordinals.erase(std::prev(broker_.ordinals.end()));
    broker_.end = std::prev(broker_.ordinals.end())->first + 2;
  }

  async::ManualLoop loop_;
  QueueBroker broker_;
};

TEST_F(QueueTailTest, R1_WhatIsThereIsFoundWithoutReadingAllOfIt) {
  EXPECT_TRUE(Check({0, 0}, 1000).ok());
  EXPECT_LE(broker_.read, 101) << "as many as there are markers";
  broker_.read = 0;
  EXPECT_TRUE(Check({1098, 999}, 1000).ok());
  EXPECT_EQ(broker_.read, 1);
  broker_.start = broker_.end;
  EXPECT_TRUE(Check({1100, 1000}, 1000).ok()) << "all is finished and trimmed";
}

TEST_F(QueueTailTest, R1_ALostEndIsSaidWithBothOrdinals) {
  for (const int64_t lost : {1, 5, 500}) {
    Lose(lost);
    const absl::Status gap = Check({0, 0}, 1000);
    ASSERT_TRUE(errors::Is(gap, errors::kBacklogGap)) << gap << " after " << lost;
    EXPECT_NE(gap.message().find("1000"), std::string::npos) << gap;
    EXPECT_NE(gap.message().find("Partition 3"), std::string::npos) << gap;
  }
}

// What is queued next would lie before the positions of the writers.
TEST_F(QueueTailTest, R1_ALogThatEndsBeforeWhatIsFinishedHasLostItsEnd) {
  EXPECT_TRUE(Check({1100, 1000}, 1000).ok());
  EXPECT_TRUE(errors::Is(Check({1101, 1000}, 1000), errors::kBacklogGap));
}

TEST_F(QueueTailTest, R1_ABrokerThatIsAwayIsNoLoss) {
  broker_.failure = absl::UnavailableError("away");
  EXPECT_TRUE(absl::IsUnavailable(Check({0, 0}, 1000)));
}

// A checkpoint that says more than the log holds is what a lost end looks like.
class LostTailTest : public EngineTest {
 protected:
  // Written and stopped; then `edit` is committed.
  void Promise(std::function<void(Checkpoints&)> edit) {
    Seed(20);
    AddReplica("one", true);
    ASSERT_TRUE(RunUntil([&] { return Drained(); }));
    replica("one").workflow->Stop();
    ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
    bool done = false;
    async::Scope scope(observer_->loop());
    scope.Spawn(Commit(*reader_broker_, topics_, std::move(edit), done));
    ASSERT_TRUE(RunUntil([&] { return done; }));
    processes_.front()->Kill();
  }
  static async::Task<void> Commit(backlog::Broker& broker, backlog::WorkflowTopics topics, std::function<void(Checkpoints&)> edit, bool& done) {
    Checkpoints checkpoints(broker, topics);
    EXPECT_TRUE((co_await checkpoints.CatchUp()).ok());
    edit(checkpoints);
    auto producer = co_await broker.OpenProducer(topics.reader_id());
    backlog::Transaction transaction;
    const std::string topic(backlog::kCheckpointsTopic);
    transaction.messages.push_back({topic, checkpoints.partition(), topics.queued_key(), checkpoints.queued.SerializeAsString()});
    for (const auto& [id, finished] : checkpoints.finished)
      transaction.messages.push_back({topic, checkpoints.partition(), topics.finished_key(id), finished.SerializeAsString()});
    EXPECT_TRUE((co_await (*producer)->Commit(std::move(transaction), absl::InfiniteDuration())).ok());
    done = true;
  }
  void ExpectGap() {
    Workflow& workflow = *replica("one").workflow;
    ASSERT_TRUE(RunUntil([&] { return workflow.phase() == v1::WorkflowReport::PHASE_FAILED; }, absl::Seconds(30)));
    EXPECT_EQ(workflow.Report().failure().code(), "CW-LOG-GAP");
  }
};

TEST_F(LostTailTest, R1_ATakeoverSeesThatTheQueueLostItsEnd) {
  Promise([](Checkpoints& checkpoints) { checkpoints.queued.set_ordinals(0, checkpoints.queued.ordinals(0) + 2); });
  AddReplica("two", false);
  Workflow& workflow = *replica("two").workflow;
  ASSERT_TRUE(RunUntil([&] { return workflow.phase() == v1::WorkflowReport::PHASE_FAILED; }, absl::Seconds(30)));
  EXPECT_EQ(workflow.Report().failure().code(), "CW-LOG-GAP");
}

TEST_F(LostTailTest, R1_AReaderQueuesNothingBehindALostEnd) {
  Promise([](Checkpoints& checkpoints) { checkpoints.queued.set_ordinals(2, checkpoints.queued.ordinals(2) + 2); });
  for (int i = 0; i < 20; ++i) outside_.Put(absl::StrCat("new", i), "new");
  const v1::QueuedCheckpoint before = Look().queued;
  processes_.front()->Start();
  ExpectGap();
  EXPECT_EQ(Look().queued.ShortDebugString(), before.ShortDebugString());
}

// It asks where the writers are, and meanwhile they finish and trim.
TEST_F(LostTailTest, R1_WhatIsTrimmedMeanwhileIsNotLost) {
  outside_.fail_writes = 1000000;
  Seed(200);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Backlog() == 200; }));
  AddReplica("two", false);
  outside_.fail_writes = 0;
  for (int i = 0; i < 40; ++i) {
    replica("one").workflow->SetReader(false);
    RunFor(absl::Milliseconds(300));
    replica("one").workflow->SetReader(true);
    RunFor(absl::Milliseconds(700));
  }
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_NE(replica("one").workflow->phase(), v1::WorkflowReport::PHASE_FAILED);
}

}  // namespace
}  // namespace causeway::engine
