#include "common/worker/measured_broker.h"

#include <memory>
#include <string>
#include <vector>

#include "common/async/sleep.h"
#include "common/async/testing/manual_loop.h"
#include "common/backlog/testing/no_broker.h"
#include "common/backlog/topics.h"
#include "common/metrics/names.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::worker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Two batches, each of which takes two seconds.
class SlowLog final : public backlog::LogReader {
 public:
  SlowLog(async::Loop& loop, absl::Status status) : loop_(loop), status_(std::move(status)) {}
  async::Task<absl::StatusOr<Batch>> Next() override {
    co_await async::SleepFor(loop_, absl::Seconds(2));
    if (!status_.ok()) co_return status_;
    Batch batch;
    batch.reached_end = ++batches_ == 2;
    co_return batch;
  }

 private:
  async::Loop& loop_;
  const absl::Status status_;
  int batches_ = 0;
};

// Decides after three seconds.
class SlowProducer final : public backlog::TransactionalProducer {
 public:
  SlowProducer(async::Loop& loop, absl::Status status) : loop_(loop), status_(std::move(status)) {}
  async::Task<absl::StatusOr<std::vector<int64_t>>> Commit(backlog::Transaction, async::Instant) override {
    co_await async::SleepFor(loop_, absl::Seconds(3));
    if (!status_.ok()) co_return status_;
    co_return std::vector<int64_t>();
  }

 private:
  async::Loop& loop_;
  const absl::Status status_;
};

class SlowBroker final : public backlog::NoBroker {
 public:
  explicit SlowBroker(async::Loop& loop) : loop_(loop) {}
  async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> OpenLog(std::string, int32_t, int64_t) override {
    co_await async::SleepFor(loop_, absl::Seconds(1));
    co_return std::make_unique<SlowLog>(loop_, status);
  }
  async::Task<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> OpenProducer(std::string) override {
    co_return std::make_unique<SlowProducer>(loop_, status);
  }

  absl::Status status;

 private:
  async::Loop& loop_;
};

class MeasuredBrokerTest : public ::testing::Test {
 protected:
  // Until its end, or until it fails.
  void ReadLog(const std::string& topic) {
    auto log = loop_.Await(measured_.OpenLog(topic, 0, backlog::kLogStart));
    ASSERT_TRUE(log.ok()) << log.status();
    for (bool more = true; more;) {
      auto batch = loop_.Await((*log)->Next());
      more = batch.ok() && !batch->reached_end;
    }
  }

  void CommitAs(const std::string& id) {
    auto producer = loop_.Await(measured_.OpenProducer(id));
    ASSERT_TRUE(producer.ok()) << producer.status();
    loop_.Await((*producer)->Commit({}, loop_.Now() + absl::Seconds(10))).IgnoreError();
  }

  // The seconds of all that were observed, for each series that there is.
  std::vector<double> Seconds(const std::string& metric, const std::string& label = "") const {
    std::vector<double> sums;
    for (const metrics::Shown& shown : registry_.Collect()) {
      if (std::string(shown.metric.name) != metric) continue;
      if (label.empty() || shown.label_values[0] == label) sums.push_back(shown.value);
    }
    return sums;
  }

  async::ManualLoop loop_;
  metrics::Registry registry_;
  SlowBroker broker_{loop_};
  MeasuredBroker measured_{loop_, broker_, registry_};
  const backlog::WorkflowTopics topics_{"stage", "ingress", "", 0};
};

TEST_F(MeasuredBrokerTest, K5_ARestoreIsMeasuredFromOpeningTheIndexToItsEnd) {
  ReadLog(topics_.index());
  EXPECT_THAT(Seconds("causeway_index_restore_duration_seconds"), ElementsAre(1 + 2 + 2));
}

TEST_F(MeasuredBrokerTest, K5_ARestoreThatFailsIsNoMeasure) {
  broker_.status = absl::UnavailableError("away");
  ReadLog(topics_.index());
  EXPECT_THAT(Seconds("causeway_index_restore_duration_seconds"), ElementsAre(0));
}

TEST_F(MeasuredBrokerTest, K5_OtherLogsAreNoRestores) {
  ReadLog(topics_.dead_letters());
  ReadLog(std::string(backlog::kCheckpointsTopic));
  EXPECT_THAT(Seconds("causeway_index_restore_duration_seconds"), IsEmpty());
}

TEST_F(MeasuredBrokerTest, K5_TransactionsAreMeasuredByWhoseTheyAre) {
  CommitAs(topics_.reader_id());
  CommitAs(topics_.writer_id("replica"));
  CommitAs(topics_.writer_id("replica"));
  EXPECT_THAT(Seconds("causeway_transaction_duration_seconds", "read"), ElementsAre(3));
  EXPECT_THAT(Seconds("causeway_transaction_duration_seconds", "write"), ElementsAre(3 + 3));
}

TEST_F(MeasuredBrokerTest, K5_ATransactionThatFailsIsNoMeasure) {
  broker_.status = absl::AbortedError("generation");
  CommitAs(topics_.reader_id());
  EXPECT_THAT(Seconds("causeway_transaction_duration_seconds", "read"), ElementsAre(0));
}

}  // namespace
}  // namespace causeway::worker
