// backlog/broker.h, GroupConsumer: records.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/contract/broker_contract.h"

namespace causeway::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(BrokerContract, RecordsComeInOrderInNoMoreThanWereAskedFor) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, backlog::kLogStart}, {1, backlog::kLogStart}}).ok());
  int next[] = {0, 0};
  for (int round = 0; round < 5; ++round) {
    for (int32_t partition : {0, 1}) {
      ASSERT_TRUE(Commit(process, Numbers(topic, partition, next[partition], 100)).ok());
      for (const int until = next[partition] + 100; next[partition] < until;) {
        const auto messages = Fetch(process, partition, 7);
        ASSERT_TRUE(messages.ok()) << messages.status();
        ASSERT_LE(messages->size(), 7u);
        ASSERT_FALSE(messages->empty());
        for (const backlog::Message& message : *messages) {
          EXPECT_EQ(message.partition, partition);
          EXPECT_EQ(message.value, absl::StrCat(next[partition]++));
        }
      }
    }
  }
}

TEST_P(BrokerContract, FetchingBeginsWhereStartSays) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  const auto offsets = Commit(process, Numbers(topic, 0, 0, 10));
  ASSERT_TRUE(offsets.ok()) << offsets.status();
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, (*offsets)[8]}}).ok());
  const auto messages = FetchAll(process, 0, 2);
  ASSERT_TRUE(messages.ok()) << messages.status();
  EXPECT_THAT(ValuesOf(*messages), ElementsAre("8", "9"));
}

TEST_P(BrokerContract, AFetchOfNothingIsEmptyAtItsDeadline) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, 0}}).ok());
  const async::Instant begun = Now(process);
  const auto messages = Fetch(process, 0, 10, absl::Milliseconds(300));
  ASSERT_TRUE(messages.ok()) << messages.status();
  EXPECT_THAT(*messages, IsEmpty());
  EXPECT_GE(Now(process) - begun, absl::Milliseconds(300));
}

TEST_P(BrokerContract, AFetchThatWaitsGetsWhatIsCommittedMeanwhile) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, 0}}).ok());
  std::optional<absl::StatusOr<Messages>> fetched;
  const async::Instant deadline = Now(process) + absl::Seconds(30);
  Begin(process, process.consumer->Fetch(0, 10, deadline), fetched);
  Pass(absl::Milliseconds(300));
  ASSERT_FALSE(fetched.has_value());
  ASSERT_TRUE(Commit(process, OneMessage(topic, 0, "key", "value")).ok());
  ASSERT_TRUE(world_->RunUntil([&] { return fetched.has_value(); }, absl::Seconds(20)));
  ASSERT_TRUE(fetched->ok()) << fetched->status();
  EXPECT_THAT(ValuesOf(**fetched), ElementsAre("value"));
}

TEST_P(BrokerContract, AbortedRecordsAreNotFetched) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, 0}}).ok());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(absl::IsInvalidArgument(CommitPatiently(process, Refused(topic, 0))));
    ASSERT_TRUE(CommitPatiently(process, Numbers(topic, 0, i, 1)).ok());
  }
  const auto messages = FetchAll(process, 0, 3);
  ASSERT_TRUE(messages.ok()) << messages.status();
  EXPECT_THAT(ValuesOf(*messages), ElementsAre("0", "1", "2"));
}

TEST_P(BrokerContract, W1_AnOffsetThatIsGoneIsAnErrorNotAJump) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(Commit(process, Numbers(topic, 0, 0, 10)).ok());
  ASSERT_TRUE(Commit(process, Numbers(topic, 1, 0, 10)).ok());
  std::map<int32_t, int64_t> trimmed{{0, 5}};
  ASSERT_TRUE(Await(process, broker(process).Trim(topic, trimmed)).ok());
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, 3}, {1, 3}}).ok());
  for (int i = 0; i < 2; ++i) {
    const auto gone = Fetch(process, 0, 10);
    EXPECT_TRUE(absl::IsOutOfRange(gone.status())) << gone.status();
  }
  const auto messages = FetchAll(process, 1, 7);
  ASSERT_TRUE(messages.ok()) << messages.status();
  EXPECT_EQ(messages->front().value, "3");
}

// More than any buffer holds waits in partition 0, and nobody asks for it.
TEST_P(BrokerContract, R4_APartitionThatIsNotAskedForDoesntHoldUpTheOthers) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  const std::string kilobytes(10'000, 'x');
  for (int i = 0; i < 10; ++i) {
    backlog::Transaction transaction;
    for (int k = 0; k < 400; ++k) transaction.messages.push_back({topic, 0, "key", kilobytes});
    ASSERT_TRUE(Commit(process, std::move(transaction)).ok());
  }
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, 0}, {1, 0}}).ok());
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(Commit(process, Numbers(topic, 1, 100 * i, 100)).ok());
    const auto messages = FetchAll(process, 1, 100);
    ASSERT_TRUE(messages.ok()) << messages.status();
    EXPECT_EQ(messages->back().value, absl::StrCat(100 * i + 99));
  }
  // And it is all there when somebody asks.
  const auto messages = FetchAll(process, 0, 4000);
  EXPECT_TRUE(messages.ok()) << messages.status();
}

TEST_P(BrokerContract, NothingIsFetchedOfWhatWasReleased) {
  const std::string topic = MakeTopic("log", 1);
  Process& one = StartProcess();
  OpenProducer(one, Named("id"));
  ASSERT_TRUE(Commit(one, Numbers(topic, 0, 0, 10)).ok());
  Join(one, Named("group"), topic);
  NextAssignment(one);
  ASSERT_TRUE(Start(one, {{0, 0}}).ok());
  ASSERT_TRUE(FetchAll(one, 0, 1).ok());
  Process& two = StartProcess();
  Join(two, Named("group"), topic);
  ASSERT_TRUE(std::holds_alternative<Revoked>(NextEvent(one)));
  ASSERT_TRUE(one.consumer->Release().ok());
  const auto messages = Fetch(one, 0, 10, absl::Milliseconds(300));
  ASSERT_TRUE(messages.ok()) << messages.status();
  EXPECT_THAT(*messages, IsEmpty());
}

// One goes on exactly where the other committed.
TEST_P(BrokerContract, R1_AHandoverLosesAndRepeatsNothing) {
  const std::string topic = MakeTopic("log", 1);
  const std::string group = Named("group");
  Process& writer = StartProcess();
  OpenProducer(writer, Named("writer"));
  std::vector<std::string> seen;
  for (int round = 0; round < 4; ++round) {
    ASSERT_TRUE(Commit(writer, Numbers(topic, 0, 25 * round, 25)).ok());
    Process& owner = StartProcess();
    OpenProducer(owner, Named("owner"));
    Join(owner, group, topic);
    NextAssignment(owner);
    const auto committed = Committed(owner, {0});
    ASSERT_TRUE(committed.ok()) << committed.status();
    ASSERT_TRUE(Start(owner, {{0, committed->empty() ? 0 : committed->at(0).offset}}).ok());
    const auto messages = FetchAll(owner, 0, 25);
    ASSERT_TRUE(messages.ok()) << messages.status();
    for (const std::string& value : ValuesOf(*messages)) seen.push_back(value);
    backlog::Transaction transaction;
    transaction.consumer = owner.consumer.get();
    transaction.offsets[0] = {messages->back().offset + 1, ""};
    ASSERT_TRUE(Commit(owner, transaction).ok());
    ASSERT_TRUE(Await(owner, owner.consumer->Close()).ok());
    Kill(owner);
  }
  ASSERT_EQ(seen.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(seen[i], absl::StrCat(i));
}

}  // namespace
}  // namespace causeway::contract
