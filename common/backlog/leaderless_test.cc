// Partitions without a leader, and those whose leader is dead and was not replaced yet, in librdkafka's own mock of a cluster: a real one
// can't be made to have them quickly.
#include "common/backlog/kafka_broker.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/async/io_loop.h"
#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "gtest/gtest.h"

namespace causeway::backlog {
namespace {

// Brokers of the cluster.
constexpr int32_t kNone = -1;
constexpr int32_t kLives = 1;
constexpr int32_t kDead = 2;

constexpr absl::Duration kPatience = absl::Milliseconds(600);
constexpr absl::Duration kSoon = absl::Milliseconds(300);

class LeaderlessTest : public testing::Test {
 protected:
  LeaderlessTest() {
    char problem[512];
    cluster_owner_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), problem, sizeof(problem));
    cluster_ = rd_kafka_mock_cluster_new(cluster_owner_, 2);
    for (const char* topic : {"one", "other"}) {
      rd_kafka_mock_topic_create(cluster_, topic, 2, 1);
      for (int32_t partition : {0, 1}) rd_kafka_mock_partition_set_leader(cluster_, topic, partition, kLives);
    }
    rd_kafka_mock_partition_set_leader(cluster_, "one", 0, kNone);
    Connect(KafkaOptions().request_timeout);
  }
  ~LeaderlessTest() override {
    broker_.reset();
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(cluster_owner_);
  }

  void Connect(absl::Duration patience) {
    KafkaOptions options;
    options.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster_);
    options.request_timeout = patience;
    broker_ = *KafkaBroker::Make(loop_, std::move(options));
  }

  async::Task<void> Trim() {
    std::map<int32_t, int64_t> offsets = {{0, 1}};
    trimmed_ = co_await broker_->Trim("one", std::move(offsets));
    StopWhenDone();
  }
  async::Task<void> Count(std::string topic) {
    counted_ = co_await broker_->Partitions(std::move(topic));
    counted_at_ = loop_.Now();
    StopWhenDone();
  }
  // The client may try the dead broker first.
  async::Task<std::unique_ptr<LogReader>> Open(std::string topic, int32_t partition) {
    for (;;) {
      std::string same = topic;
      auto log = co_await broker_->OpenLog(std::move(same), partition, kLogStart);
      if (log.ok()) co_return *std::move(log);
    }
  }
  // Until every answer has come soon for so long. At first they needn't: it isn't known yet which partition can't be read.
  async::Task<void> ReadOther(absl::Duration enough, absl::Duration limit) {
    std::unique_ptr<LogReader> log = co_await Open("other", 0);
    const async::Instant end = loop_.Now() + limit;
    async::Instant since = loop_.Now();
    while (loop_.Now() < std::min(end, since + enough)) {
      const async::Instant asked = loop_.Now();
      auto batch = co_await log->Next();
      const bool at_once = batch.ok() && batch->reached_end && loop_.Now() - asked < kSoon;
      if (!at_once) since = loop_.Now();
      co_await async::SleepFor(loop_, absl::Milliseconds(20));
    }
    undisturbed_ = loop_.Now() >= since + enough;
    loop_.Stop();
  }
  async::Task<void> ReadLeaderless(std::string topic, int32_t partition) {
    std::unique_ptr<LogReader> log = co_await Open(std::move(topic), partition);
    for (;;) {
      auto batch = co_await log->Next();
      EXPECT_TRUE(absl::IsUnavailable(batch.status())) << batch.status();
    }
  }
  async::Task<void> ReviveOther() {
    co_await async::SleepFor(loop_, 4 * kPatience);
    rd_kafka_mock_partition_set_leader(cluster_, "other", 0, kLives);
  }
  void Kill(const std::string& topic, int32_t partition) {
    rd_kafka_mock_partition_set_leader(cluster_, topic.c_str(), partition, kDead);
    rd_kafka_mock_broker_set_down(cluster_, kDead);
  }
  void StopWhenDone() {
    if (trimmed_.has_value() && counted_.has_value()) loop_.Stop();
  }

  rd_kafka_t* cluster_owner_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  async::IoLoop loop_;
  std::unique_ptr<KafkaBroker> broker_;
  std::optional<absl::Status> trimmed_;
  std::optional<absl::StatusOr<int32_t>> counted_;
  async::Instant counted_at_;
  bool undisturbed_ = false;
};

TEST_F(LeaderlessTest, R1_APartitionWithoutALeaderHoldsUpNothingElse) {
  const async::Instant begun = loop_.Now();
  async::Scope scope(loop_);
  scope.Spawn(Trim());
  scope.Spawn(Count("other"));
  loop_.Run();
  EXPECT_TRUE(absl::IsUnavailable(*trimmed_)) << *trimmed_;
  ASSERT_TRUE(counted_->ok()) << counted_->status();
  EXPECT_EQ(**counted_, 2);
  EXPECT_LT(counted_at_ - begun, KafkaOptions().request_timeout / 2) << "it waited for the trim";
  EXPECT_LT(loop_.Now() - begun, KafkaOptions().request_timeout / 2) << "what has no leader isn't waited for";
}

TEST_F(LeaderlessTest, R1_APartitionWhoseLeaderIsDeadHoldsUpNoOtherLog) {
  Connect(kPatience);
  Kill("one", 0);
  async::Scope scope(loop_);
  scope.Spawn(ReadLeaderless("one", 0));
  scope.Spawn(ReadOther(4 * kPatience, 12 * kPatience));
  loop_.Run();
  EXPECT_TRUE(undisturbed_);
  scope.Clear();
}

// Though those before it take all the time that there is.
TEST_F(LeaderlessTest, R1_OneOfManyWhoseLeadersAreDeadIsReadWhenItHasALeaderAgain) {
  Connect(kPatience);
  async::Scope scope(loop_);
  for (const char* topic : {"one", "other"}) {
    for (int32_t partition : {0, 1}) Kill(topic, partition);
    scope.Spawn(ReadLeaderless(topic, 1));
  }
  scope.Spawn(ReadLeaderless("one", 0));
  scope.Spawn(ReadOther(2 * kPatience, 16 * kPatience));
  scope.Spawn(ReviveOther());
  loop_.Run();
  EXPECT_TRUE(undisturbed_);
  scope.Clear();
}

TEST_F(LeaderlessTest, R1_HowManyPartitionsThereAreNeedsNoLeader) {
  async::Scope scope(loop_);
  trimmed_ = absl::OkStatus();
  scope.Spawn(Count("one"));
  const async::Instant begun = loop_.Now();
  loop_.Run();
  ASSERT_TRUE(counted_->ok()) << counted_->status();
  EXPECT_EQ(**counted_, 2);
  EXPECT_LT(counted_at_ - begun, KafkaOptions().request_timeout / 2);
}

}  // namespace
}  // namespace causeway::backlog
