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

class KafkaFaults : public BrokerContract {
 protected:
  // A commit under way when `fault` strikes, and what it says afterwards.
  absl::Status CommitDuring(Process& process, backlog::Transaction transaction, absl::Duration after,
                            const std::function<void()>& fault, absl::Duration patience) {
    std::optional<absl::StatusOr<Offsets>> result;
    const async::Instant deadline = Now(process) + patience;
    Begin(process, process.producer->Commit(std::move(transaction), deadline), result);
    Pass(after);
    fault();
    EXPECT_TRUE(world_->RunUntil([&] { return result.has_value(); }, patience + absl::Seconds(20)));
    return result->status();
  }

  // A commit that must land, by the rules of broker.h: again while it is UNAVAILABLE, and by opening the id anew, which
  // decides what became of it, when the producer is beyond use.
  void Land(Process& process, const std::string& id, const std::string& topic, backlog::Transaction transaction,
            absl::Status said) {
    const std::string& last = *transaction.messages.back().value;
    while (!said.ok()) {
      if (absl::IsFailedPrecondition(said)) {
        OpenProducer(process, id);
        const std::vector<std::string> values = Values(topic, 0);
        if (!values.empty() && values.back() == last) return;
      } else {
        ASSERT_TRUE(absl::IsUnavailable(said)) << said;
      }
      said = Commit(process, transaction).status();
    }
  }

  // Offsets, after the group has gone on as often as it likes.
  absl::StatusOr<Messages> FetchAllWhateverTheGroupDoes(Process& process, size_t count) {
    Messages messages;
    for (int attempts = 0; messages.size() < count && attempts < 100; ++attempts) {
      const Event event = NextEvent(process, absl::Milliseconds(1));
      if (std::holds_alternative<Revoked>(event)) {
        EXPECT_TRUE(process.consumer->Release().ok());
      }
      if (std::holds_alternative<Assigned>(event)) {
        const int64_t from = messages.empty() ? 0 : messages.back().offset + 1;
        EXPECT_TRUE(Start(process, {{0, from}}).ok());
      }
      auto some = Fetch(process, 0, count, absl::Milliseconds(300));
      if (!some.ok()) return some.status();
      std::move(some->begin(), some->end(), std::back_inserter(messages));
    }
    return messages;
  }
};

TEST_P(KafkaFaults, R1_RestartsInMidFlightLoseAndRepeatNothing) {
  const std::string topic = MakeTopic("log", 1);
  const std::string id = Named("id");
  Process& process = StartProcess();
  OpenProducer(process, id);
  Process& reader = StartProcess();
  Join(reader, Named("group"), topic);
  NextAssignment(reader);
  ASSERT_TRUE(Start(reader, {{0, 0}}).ok());
  int next = 0;
  for (int delay : {0, 3, 8, 20}) {
    SCOPED_TRACE(absl::StrCat("killed after ", delay, " ms"));
    const backlog::Transaction transaction = Numbers(topic, 0, next, 300);
    const auto restart = [] {
      RealKafka().Kill9();
      const absl::Status restarted = RealKafka().Restart();
      ASSERT_TRUE(restarted.ok()) << restarted;
    };
    const absl::Status said = CommitDuring(process, transaction, absl::Milliseconds(delay), restart, absl::Seconds(20));
    Land(process, id, topic, transaction, said);
    next += 300;
  }
  const auto messages = FetchAllWhateverTheGroupDoes(reader, next);
  ASSERT_TRUE(messages.ok()) << messages.status();
  ASSERT_EQ(messages->size(), static_cast<size_t>(next));
  for (int i = 0; i < next; ++i) EXPECT_EQ((*messages)[i].value, absl::StrCat(i));
  EXPECT_EQ(Values(topic, 0).size(), static_cast<size_t>(next));
}

// The broker hangs, beyond the commit's deadline and less than the transaction's.
TEST_P(KafkaFaults, WhatCommitSaysIsWhatHappened) {
  const std::string topic = MakeTopic("log", 1);
  const std::string id = Named("id");
  Process& process = StartProcess();
  OpenProducer(process, id);
  size_t landed = 0;
  int number = 0;
  for (int delay : {0, 1, 2, 3, 5, 8, 12, 20}) {
    SCOPED_TRACE(absl::StrCat("hangs after ", delay, " ms"));
    const auto hang = [] { RealKafka().Pause(); };
    const absl::Status said =
        CommitDuring(process, Numbers(topic, 0, 0, 100), absl::Milliseconds(delay), hang, absl::Milliseconds(700));
    RealKafka().Resume();
    if (absl::IsFailedPrecondition(said)) {
      OpenProducer(process, id);
      const size_t now = Values(topic, 0).size();
      EXPECT_TRUE(now == landed || now == landed + 100) << now;
      landed = now;
    } else {
      EXPECT_TRUE(said.ok() || absl::IsUnavailable(said)) << said;
      if (said.ok()) landed += 100;
    }
    // Whatever was open is decided before this one.
    const backlog::Transaction next = Numbers(topic, 0, 1000 + number++, 1);
    Land(process, id, topic, next, Commit(process, next).status());
    ++landed;
    EXPECT_EQ(Values(topic, 0).size(), landed);
  }
}

TEST_P(KafkaFaults, WhileTheBrokerIsAwayCallsSayUnavailableAndGoOnAfterwards) {
  const std::string topic = MakeTopic("log", 1);
  const std::string id = Named("id");
  Process& process = StartProcess();
  OpenProducer(process, id);
  ASSERT_TRUE(Commit(process, Numbers(topic, 0, 0, 10)).ok());
  ASSERT_TRUE(OpenLog(process, topic, 0).ok());
  RealKafka().Stop();

  std::optional<absl::StatusOr<Offsets>> committed;
  std::optional<absl::StatusOr<backlog::LogReader::Batch>> read;
  std::optional<absl::StatusOr<int32_t>> partitions;
  std::optional<absl::Status> trimmed, made;
  std::optional<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> opened;
  std::optional<absl::StatusOr<std::unique_ptr<backlog::GroupConsumer>>> joined;
  const async::Instant deadline = Now(process) + absl::Seconds(1);
  std::map<int32_t, int64_t> offsets{{0, 1}};
  std::vector<backlog::TopicSpec> specs{{.name = topic, .partitions = 1, .config = {}}};
  Begin(process, process.producer->Commit(Numbers(topic, 0, 10, 10), deadline), committed);
  Begin(process, process.log->Next(), read);
  Begin(process, broker(process).Partitions(topic), partitions);
  Begin(process, broker(process).Trim(topic, offsets), trimmed);
  Begin(process, broker(process).CreateTopics(specs), made);
  Begin(process, broker(process).OpenProducer(Named("other")), opened);
  Begin(process, broker(process).Join(Named("group"), topic), joined);
  ASSERT_TRUE(world_->RunUntil([&] { return committed && read && partitions && trimmed && made && opened && joined; },
                               absl::Minutes(1)));
  EXPECT_TRUE(absl::IsUnavailable(committed->status())) << committed->status();
  EXPECT_TRUE(absl::IsUnavailable(read->status())) << read->status();
  EXPECT_TRUE(absl::IsUnavailable(partitions->status())) << partitions->status();
  EXPECT_TRUE(absl::IsUnavailable(*trimmed)) << *trimmed;
  EXPECT_TRUE(absl::IsUnavailable(*made)) << *made;
  EXPECT_TRUE(absl::IsUnavailable(opened->status())) << opened->status();
  EXPECT_TRUE(absl::IsUnavailable(joined->status())) << joined->status();

  ASSERT_TRUE(RealKafka().Restart().ok());
  auto messages = ReadToEnd(process);
  // A broker that has just come back may not lead its partitions yet.
  const async::Instant back_by = Now(process) + absl::Seconds(30);
  while (absl::IsUnavailable(messages.status()) && Now(process) < back_by) {
    Pass(absl::Milliseconds(100));
    messages = ReadToEnd(process);
  }
  ASSERT_TRUE(messages.ok()) << messages.status();
  EXPECT_EQ(messages->size(), 10u);
  const backlog::Transaction transaction = Numbers(topic, 0, 10, 10);
  Land(process, id, topic, transaction, Commit(process, transaction).status());
  EXPECT_EQ(Values(topic, 0).size(), 20u);
}

// If anything of it waited for the broker, it would wait for ever.
TEST_P(KafkaFaults, DestroyingWhatWaitsForAHangingBrokerNeedsNoBroker) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, 0}, {1, 0}}).ok());
  ASSERT_TRUE(OpenLog(process, topic, 0).ok());
  RealKafka().Pause();
  std::optional<absl::StatusOr<Offsets>> committed;
  std::optional<absl::StatusOr<Messages>> fetched;
  std::optional<absl::StatusOr<backlog::LogReader::Batch>> read;
  std::optional<absl::StatusOr<std::map<int32_t, backlog::GroupOffset>>> offsets;
  std::optional<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> opened;
  std::optional<absl::StatusOr<int32_t>> partitions;
  const async::Instant deadline = Now(process) + absl::Minutes(5);
  Begin(process, process.producer->Commit(Numbers(topic, 0, 0, 100), deadline), committed);
  Begin(process, process.consumer->Fetch(0, 10, deadline), fetched);
  Begin(process, process.consumer->Committed({0, 1}), offsets);
  Begin(process, process.log->Next(), read);
  Begin(process, broker(process).OpenProducer(Named("other")), opened);
  Begin(process, broker(process).Partitions(topic), partitions);
  Pass(absl::Milliseconds(100));
  // The objects before the coroutines that wait for them, then those.
  process.producer.reset();
  process.consumer.reset();
  process.log.reset();
  Pass(absl::Milliseconds(100));
  Kill(process);
  RealKafka().Resume();
  Pass(absl::Milliseconds(100));
  EXPECT_FALSE(committed.has_value() && committed->ok());
}

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
