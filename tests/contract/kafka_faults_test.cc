// What only a real broker can show: its restarts and hangs, and transactions of others that stay open.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/backlog/kafka_broker.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "tests/contract/broker_contract.h"
#include "tests/contract/open_transaction.h"
#include "tests/contract/real_kafka.h"

namespace causeway::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class KafkaFaults : public BrokerContract {};

TEST_P(KafkaFaults, TheEndIsNotReachedBeforeATransactionThatIsOpen) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  for (const bool commit : {true, false}) {
    ASSERT_TRUE(OpenLog(process, topic, 0).ok());
    const auto before = ReadToEnd(process);
    ASSERT_TRUE(before.ok()) << before.status();
    OpenTransaction open(RealKafka().bootstrap(), Named("open"));
    open.Produce(topic, 0, "open");
    ASSERT_TRUE(Commit(process, OneMessage(topic, 0, "key", "behind")).ok());
    for (int i = 0; i < 2; ++i) {
      const auto batch = Await(process, process.log->Next());
      ASSERT_TRUE(batch.ok()) << batch.status();
      EXPECT_THAT(batch->messages, IsEmpty());
      EXPECT_FALSE(batch->reached_end);
    }
    if (commit) {
      open.Commit();
    } else {
      open.Abort();
    }
    const auto messages = ReadToEnd(process);
    ASSERT_TRUE(messages.ok()) << messages.status();
    EXPECT_EQ(ValuesOf(*messages),
              commit ? std::vector<std::string>({"open", "behind"}) : std::vector<std::string>({"behind"}));
  }
}

TEST_P(KafkaFaults, CommittedWaitsForATransactionThatIsOpen) {
  const std::string topic = MakeTopic("log", 1);
  const std::string group = Named("group");
  Process& process = StartProcess();
  Join(process, group, topic);
  for (const bool commit : {true, false}) {
    // Kafka takes offsets from those who are no members only while there are none.
    if (process.consumer) {
      ASSERT_TRUE(Await(process, process.consumer->Close()).ok());
      process.consumer.reset();
    }
    OpenTransaction open(RealKafka().bootstrap(), Named("open"));
    open.SendOffset(group, topic, 0, commit ? 7 : 8, "decided");
    Join(process, group, topic);
    std::optional<absl::StatusOr<std::map<int32_t, backlog::GroupOffset>>> committed;
    Begin(process, process.consumer->Committed({0}), committed);
    Pass(absl::Seconds(1));
    EXPECT_FALSE(committed.has_value());
    if (commit) {
      open.Commit();
    } else {
      open.Abort();
    }
    ASSERT_TRUE(world_->RunUntil([&] { return committed.has_value(); }, absl::Seconds(20)));
    ASSERT_TRUE(committed->ok()) << committed->status();
    ASSERT_EQ((*committed)->size(), 1u);
    EXPECT_EQ((**committed)[0].offset, 7);
    EXPECT_EQ((**committed)[0].metadata, "decided");
  }
}

TEST_P(KafkaFaults, AnUnsafeTopicIsReportedWithItsCode) {
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

TEST_P(KafkaFaults, K2_TopicsOfAPrefixAreDeletedAndNoOthers) {
  Process& process = StartProcess();
  const std::string kept = MakeTopic("kept", 1);
  const std::set<std::string> made{MakeTopic("gone.a", 1), MakeTopic("gone.b", 3)};
  auto& kafka = dynamic_cast<backlog::KafkaBroker&>(broker(process));
  for (const std::set<std::string>& expected : {made, std::set<std::string>()}) {
    const auto deleted = Await(process, kafka.DeleteTopics(Named("gone.")));
    ASSERT_TRUE(deleted.ok()) << deleted.status();
    EXPECT_EQ(std::set<std::string>(deleted->begin(), deleted->end()), expected);
  }
  EXPECT_TRUE(Await(process, kafka.Partitions(kept)).ok());
}

INSTANTIATE_TEST_SUITE_P(Kafka, KafkaFaults, testing::Values(RealWorld()), WorldName);

}  // namespace
}  // namespace causeway::contract
