// What only KafkaBroker has: errors with codes, the deletion of topics, calls that wait for each other.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/backlog/kafka_broker.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"
#include "tests/contract/broker_contract.h"
#include "tests/contract/real_kafka.h"

namespace causeway::contract {
namespace {

class KafkaBrokerTest : public BrokerContract {};

TEST_P(KafkaBrokerTest, AnUnsafeTopicIsReportedWithItsCode) {
  const std::string topic = MakeTopic("log", 1, {{"retention.ms", "3600000"}});
  Process& process = StartProcess();
  std::vector<backlog::TopicSpec> specs{{.name = topic, .partitions = 1, .config = {{"retention.ms", "-1"}}}};
  const absl::Status made = Await(process, broker(process).CreateTopics(specs));
  EXPECT_TRUE(errors::Is(made, errors::kBacklogTopic)) << made;
  EXPECT_EQ(errors::Describe(made).message, absl::StrCat("Topic ", topic, " has retention.ms=3600000; it must be -1."));

  specs = {{.name = Named("impossible"), .partitions = 1, .replication_factor = 7, .config = {}}};
  const absl::Status impossible = Await(process, broker(process).CreateTopics(specs));
  EXPECT_TRUE(errors::Is(impossible, errors::kBacklogTopic)) << impossible;
}

TEST_P(KafkaBrokerTest, K2_TopicsOfAPrefixAreDeletedAndNoOthers) {
  Process& process = StartProcess();
  const std::string kept = MakeTopic("kept", 1);
  const std::set<std::string> made{MakeTopic("gone.a", 1), MakeTopic("gone.b", 3)};
  auto& kafka = dynamic_cast<backlog::KafkaBroker&>(broker(process));
  const auto deleted = Await(process, kafka.DeleteTopicsThatBeginWith(Named("gone.")));
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(std::set<std::string>(deleted->begin(), deleted->end()), made);
  // The broker learns from its controller a moment later what is gone.
  const async::Instant end = Now(process) + absl::Seconds(30);
  for (;;) {
    const auto left = Await(process, kafka.DeleteTopicsThatBeginWith(Named("gone.")));
    ASSERT_TRUE(left.ok()) << left.status();
    if (left->empty()) break;
    ASSERT_LT(Now(process), end);
    Pass(absl::Milliseconds(50));
  }
  EXPECT_TRUE(Await(process, kafka.Partitions(kept)).ok());
}

// What waits for its turn behind a call that gets no answer has little time left, or none.
TEST_P(KafkaBrokerTest, TrimsWhoseTimeIsUpAreUnavailable) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  world_->StopBroker();
  std::optional<absl::StatusOr<int32_t>> partitions;
  std::vector<std::optional<absl::Status>> trimmed(100);
  const std::map<int32_t, int64_t> offsets{{0, 0}};
  Begin(process, broker(process).Partitions(topic), partitions);
  for (auto& one : trimmed) Begin(process, broker(process).Trim(topic, offsets), one);
  // The calls are made one after the other.
  ASSERT_TRUE(world_->RunUntil([&] { return trimmed.back().has_value(); }, absl::Minutes(1)));
  for (const auto& one : trimmed) EXPECT_TRUE(absl::IsUnavailable(*one)) << *one;
}

INSTANTIATE_TEST_SUITE_P(Kafka, KafkaBrokerTest, testing::Values(RealWorld()), WorldName);

}  // namespace
}  // namespace causeway::contract
