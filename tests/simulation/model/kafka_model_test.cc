#include "tests/simulation/model/kafka_model.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/async/scope.h"
#include "gtest/gtest.h"
#include "tests/simulation/network.h"
#include "tests/simulation/process.h"

namespace causeway::simulation {
namespace {

using backlog::GroupConsumer;
using backlog::GroupOffset;
using backlog::Transaction;

// What the contract of backlog/broker.h says is tested for both brokers in tests/contract; here is what only the model
// can do.
class KafkaModelTest : public testing::Test {
 protected:
  struct Client {
    std::unique_ptr<backlog::Broker> broker;
    std::unique_ptr<backlog::TransactionalProducer> producer;
    std::unique_ptr<GroupConsumer> consumer;
    std::unique_ptr<async::Scope> scope;  // Destroyed first.
  };

  KafkaModelTest() {
    for (const char* name : {"one", "two"}) {
      processes_.push_back(
          std::make_unique<Process>(simulation_, network_.AddParty(name), name, [this](Process& process) {
            auto client = std::make_shared<Client>();
            client->broker = kafka_.Connect(process);
            client->scope = std::make_unique<async::Scope>(process.loop());
            clients_[process.party()] = client.get();
            return client;
          }));
      processes_.back()->Start();
    }
    EXPECT_TRUE(kafka_.CreateTopic({"log", 2, 1, {{"cleanup.policy", "compact"}}}).ok());
  }

  Process& process(int number) { return *processes_[number - 1]; }
  Client& client(int number) { return *clients_[process(number).party()]; }
  backlog::Broker& broker(int number) { return *client(number).broker; }

  // Runs the coroutine in the process until it ends.
  template <typename T>
  T Await(int number, async::Task<T> task, absl::Duration limit = absl::Minutes(5)) {
    std::optional<T> result;
    client(number).scope->Spawn(Store(std::move(task), result));
    const Instant end = simulation_.Now() + limit;
    while (!result.has_value() && simulation_.Now() < end && simulation_.Step()) {
    }
    EXPECT_TRUE(result.has_value());
    return *std::move(result);
  }
  template <typename T>
  static async::Task<void> Store(async::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  void Open(int number, const std::string& id = "id") {
    auto opened = Await(number, broker(number).OpenProducer(id));
    ASSERT_TRUE(opened.ok());
    client(number).producer = *std::move(opened);
  }
  absl::Status Commit(int number, Transaction transaction) {
    return Await(number, client(number).producer->Commit(std::move(transaction), simulation_.Now() + absl::Seconds(20)))
        .status();
  }
  void CommitBeside(int number, Transaction transaction) {
    client(number).scope->Spawn(Store(
        client(number).producer->Commit(std::move(transaction), simulation_.Now() + absl::Seconds(8)), beside_));
  }
  static Transaction Message(std::string key, std::string value) {
    Transaction transaction;
    transaction.messages.push_back({"log", 0, std::move(key), std::move(value)});
    return transaction;
  }
  std::vector<int32_t> Join(int number) {
    auto joined = Await(number, broker(number).Join("group", "log"));
    EXPECT_TRUE(joined.ok());
    client(number).consumer = *std::move(joined);
    return NextAssignment(number);
  }
  GroupConsumer::Event NextEvent(int number, absl::Duration patience = absl::Minutes(1)) {
    auto event = Await(number, client(number).consumer->NextEvent(simulation_.Now() + patience));
    EXPECT_TRUE(event.ok());
    return *event;
  }
  std::vector<int32_t> NextAssignment(int number) {
    for (;;) {
      const GroupConsumer::Event event = NextEvent(number);
      if (auto* assigned = std::get_if<GroupConsumer::Assigned>(&event)) return assigned->partitions;
      if (std::holds_alternative<std::monostate>(event)) return {};
      EXPECT_TRUE(client(number).consumer->Release().ok());
    }
  }
  std::string Contents() {
    std::string contents;
    kafka_.Log("log", 0)->ForEachCommitted([&](const backlog::Message& message) { contents += *message.value; });
    return contents;
  }

  Simulation simulation_{42};
  FaultRates rates_{};
  Faults faults_{1, rates_};
  Network network_{simulation_, faults_};
  KafkaModel kafka_{simulation_, network_, faults_};
  std::map<int, Client*> clients_;
  std::optional<absl::StatusOr<std::vector<int64_t>>> beside_;
  std::vector<std::unique_ptr<Process>> processes_;
};

TEST_F(KafkaModelTest, AKilledProducersTransactionIsAbortedWhenItsTimeIsUp) {
  Open(1);
  CommitBeside(1, Message("k", "lost"));
  // Until the record is in the log, undecided.
  while (kafka_.Log("log", 0)->end() == 0) ASSERT_TRUE(simulation_.Step());
  process(1).Kill();
  Open(2, "other");
  ASSERT_TRUE(Commit(2, Message("k", "kept")).ok());
  EXPECT_EQ(Contents(), "");  // Behind the open transaction.
  simulation_.RunUntil(simulation_.Now() + absl::Seconds(11));
  EXPECT_EQ(Contents(), "kept");
}

TEST_F(KafkaModelTest, ALogThatLostItsEndGoesOnWithTheSameOffsets) {
  Open(1);
  ASSERT_TRUE(Commit(1, Message("k", "kept")).ok());
  simulation_.RunUntil(simulation_.Now() + absl::Seconds(1));
  const int64_t end = kafka_.Log("log", 0)->end();
  ASSERT_TRUE(Commit(1, Message("k", "lost")).ok());
  simulation_.RunUntil(simulation_.Now() + absl::Seconds(1));
  kafka_.LoseEnd("log", 0, 1);
  EXPECT_EQ(Contents(), "kept") << "not the marker alone: the record would be undecided for ever";
  EXPECT_EQ(kafka_.Log("log", 0)->end(), end);
  ASSERT_TRUE(Commit(1, Message("k", " and new")).ok());
  simulation_.RunUntil(simulation_.Now() + absl::Seconds(1));
  EXPECT_EQ(Contents(), "kept and new");
}

TEST_F(KafkaModelTest, AMemberPausedBeyondItsSessionIsTold) {
  Join(1);
  process(1).Pause();
  simulation_.RunUntil(simulation_.Now() + absl::Seconds(30));
  EXPECT_EQ(kafka_.Group("group", "log").members(), 0u);
  process(1).Resume();
  const GroupConsumer::Event event = NextEvent(1);
  const auto* revoked = std::get_if<GroupConsumer::Revoked>(&event);
  ASSERT_NE(revoked, nullptr);
  EXPECT_TRUE(revoked->lost);
}

TEST_F(KafkaModelTest, OffsetsAreRefusedFromAMemberOfAnEarlierGeneration) {
  Join(1);
  Open(1);
  Transaction transaction = Message("k", "a");
  transaction.consumer = client(1).consumer.get();
  transaction.offsets[0] = GroupOffset{5, "five"};
  ASSERT_TRUE(Commit(1, transaction).ok());
  process(1).Pause();
  simulation_.RunUntil(simulation_.Now() + absl::Seconds(30));
  process(1).Resume();
  transaction.offsets[0] = GroupOffset{9, "nine"};
  EXPECT_TRUE(absl::IsAborted(Commit(1, transaction)));
  simulation_.RunUntil(simulation_.Now() + absl::Seconds(1));
  EXPECT_EQ(kafka_.Group("group", "log").offsets().at(0).offset, 5);
  EXPECT_EQ(Contents(), "a");
}

// By Kafka's default, a day.
TEST_F(KafkaModelTest, ATombstoneIsForgottenAWhileAfterTheCompactionThatSawIt) {
  Open(1);
  ASSERT_TRUE(Commit(1, Message("k", "a")).ok());
  Transaction deletion = Message("k", "");
  deletion.messages[0].value = std::nullopt;
  ASSERT_TRUE(Commit(1, deletion).ok());
  ASSERT_TRUE(Commit(1, Message("other", "x")).ok());
  const auto records = [&] {
    int count = 0;
    kafka_.Log("log", 0)->ForEachCommitted([&](const backlog::Message&) { ++count; });
    return count;
  };
  // However old: it is the first compaction that counts.
  simulation_.RunUntil(simulation_.Now() + absl::Hours(48));
  kafka_.Compact();
  EXPECT_EQ(records(), 2);
  simulation_.RunUntil(simulation_.Now() + absl::Hours(23));
  kafka_.Compact();
  EXPECT_EQ(records(), 2);
  simulation_.RunUntil(simulation_.Now() + absl::Hours(2));
  kafka_.Compact();
  EXPECT_EQ(records(), 1);
  EXPECT_EQ(Contents(), "x");
}

TEST_F(KafkaModelTest, ABrokerRestartKeepsGroupsAndGivesSessionsTheirWholeTimeAgain) {
  Join(1);
  kafka_.TakeDown();
  simulation_.RunUntil(simulation_.Now() + absl::Seconds(4));
  kafka_.BringUp();
  EXPECT_EQ(kafka_.Group("group", "log").members(), 1u);
  Open(1);
  Transaction transaction;
  transaction.consumer = client(1).consumer.get();
  transaction.offsets[0] = GroupOffset{1, ""};
  EXPECT_TRUE(Commit(1, transaction).ok());
}

}  // namespace
}  // namespace causeway::simulation
