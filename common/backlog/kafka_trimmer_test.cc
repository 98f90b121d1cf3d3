// Against librdkafka's own mock of a cluster: a partition without a leader is nothing that a real one can be made to have quickly.
#include "common/backlog/kafka_trimmer.h"

#include <librdkafka/rdkafka_mock.h>

#include <memory>
#include <optional>

#include "common/async/io_loop.h"
#include "common/async/scope.h"
#include "common/backlog/kafka_broker.h"
#include "gtest/gtest.h"

namespace causeway::backlog {
namespace {

class KafkaTrimmerTest : public testing::Test {
 protected:
  KafkaTrimmerTest() {
    char problem[512];
    cluster_owner_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), problem, sizeof(problem));
    cluster_ = rd_kafka_mock_cluster_new(cluster_owner_, 1);
    for (const char* topic : {"one", "other"}) rd_kafka_mock_topic_create(cluster_, topic, 2, 1);
    rd_kafka_mock_partition_set_leader(cluster_, "one", 0, -1);
    KafkaOptions options;
    options.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster_);
    broker_ = *KafkaBroker::Make(loop_, std::move(options));
  }
  ~KafkaTrimmerTest() override {
    broker_.reset();
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(cluster_owner_);
  }

  async::Task<void> Trim() {
    std::map<int32_t, int64_t> offsets = {{0, 1}};
    trimmed_ = co_await broker_->Trim("one", std::move(offsets));
    StopWhenDone();
  }
  async::Task<void> Count() {
    counted_ = co_await broker_->Partitions("other");
    counted_at_ = loop_.Now();
    StopWhenDone();
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
};

TEST_F(KafkaTrimmerTest, R1_APartitionWithoutALeaderHoldsUpNothingElse) {
  const async::Instant begun = loop_.Now();
  async::Scope scope(loop_);
  scope.Spawn(Trim());
  scope.Spawn(Count());
  loop_.Run();
  EXPECT_TRUE(absl::IsUnavailable(*trimmed_)) << *trimmed_;
  ASSERT_TRUE(counted_->ok()) << counted_->status();
  EXPECT_EQ(**counted_, 2);
  EXPECT_LT(counted_at_ - begun, KafkaOptions().request_timeout / 2) << "it waited for the trim";
  EXPECT_LT(loop_.Now() - begun, KafkaOptions().request_timeout / 2) << "what has no leader isn't waited for";
}

}  // namespace
}  // namespace causeway::backlog
