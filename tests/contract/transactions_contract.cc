// backlog/broker.h, TransactionalProducer: all of a transaction or nothing, one live producer an id.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/contract/broker_contract.h"

namespace causeway::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(BrokerContract, ACommittedTransactionIsReadAtTheOffsetsThatCommitReturned) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  backlog::Transaction transaction = OneMessage(topic, 0, "key", "value");
  transaction.messages.push_back({topic, 0, "key", std::nullopt});
  transaction.messages.push_back({topic, 0, "key", ""});
  const auto offsets = Commit(process, transaction);
  ASSERT_TRUE(offsets.ok()) << offsets.status();
  ASSERT_TRUE(OpenLog(process, topic, 0).ok());
  const auto messages = ReadToEnd(process);
  ASSERT_TRUE(messages.ok()) << messages.status();
  ASSERT_EQ(messages->size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*messages)[i].offset, (*offsets)[i]);
    EXPECT_EQ((*messages)[i].key, "key");
    EXPECT_EQ((*messages)[i].value, transaction.messages[i].value);
  }
}

TEST_P(BrokerContract, ATransactionSpansTopicsAndPartitionsAndKeepsTheOrderInEach) {
  const std::string one = MakeTopic("one", 2);
  const std::string two = MakeTopic("two", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  backlog::Transaction transaction;
  for (int i = 0; i < 300; ++i) {
    transaction.messages.push_back({i % 3 == 2 ? two : one, i % 3 == 1 ? 1 : 0, "key", absl::StrCat(i)});
  }
  const auto offsets = Commit(process, transaction);
  ASSERT_TRUE(offsets.ok()) << offsets.status();
  EXPECT_EQ(offsets->size(), 300u);
  int next = 0;
  for (const auto& [topic, partition] : {std::pair(one, 0), std::pair(one, 1), std::pair(two, 0)}) {
    const std::vector<std::string> values = Values(topic, partition);
    ASSERT_EQ(values.size(), 100u);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(values[i], absl::StrCat(next + 3 * i));
    ++next;
  }
}

TEST_P(BrokerContract, TransactionsFollowOneAnother) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(Commit(process, Numbers(topic, 0, 3 * i, 3)).ok());
  const std::vector<std::string> values = Values(topic, 0);
  ASSERT_EQ(values.size(), 60u);
  for (int i = 0; i < 60; ++i) EXPECT_EQ(values[i], absl::StrCat(i));
}

TEST_P(BrokerContract, AnEmptyTransactionIsCommitted) {
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  const auto offsets = Commit(process, {});
  ASSERT_TRUE(offsets.ok()) << offsets.status();
  EXPECT_TRUE(offsets->empty());
}

TEST_P(BrokerContract, ALargeRecordTravelsWhole) {
  const std::string topic = MakeTopic("log", 1, {{"max.message.bytes", "16777216"}});
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  std::string large(6 << 20, ' ');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>('a' + i * 7 % 23);
  ASSERT_TRUE(Commit(process, OneMessage(topic, 0, "large", large)).ok());
  ASSERT_TRUE(Commit(process, OneMessage(topic, 0, "small", "small")).ok());
  EXPECT_TRUE(Values(topic, 0) == std::vector<std::string>({large, "small"}));

  Join(process, Named("group"), topic);
  ASSERT_EQ(NextAssignment(process).size(), 1u);
  ASSERT_TRUE(Start(process, {{0, backlog::kLogStart}}).ok());
  const auto fetched = FetchAll(process, 0, 2);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_TRUE(ValuesOf(*fetched) == std::vector<std::string>({large, "small"}));
}

TEST_P(BrokerContract, ARefusedTransactionLeavesNothingAndTheProducerGoesOn) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  const auto too_large = Commit(process, Refused(topic, 0));
  EXPECT_TRUE(absl::IsInvalidArgument(too_large.status())) << too_large.status();
  ASSERT_TRUE(CommitPatiently(process, OneMessage(topic, 0, "key", "kept")).ok());
  EXPECT_THAT(Values(topic, 0), ElementsAre("kept"));
}

TEST_P(BrokerContract, AMessageForATopicThatDoesntExistIsRefused) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  backlog::Transaction transaction = OneMessage(topic, 0, "key", "value");
  transaction.messages.push_back({Named("nowhere"), 0, "key", "value"});
  const auto offsets = Commit(process, transaction);
  EXPECT_TRUE(absl::IsInvalidArgument(offsets.status())) << offsets.status();
  EXPECT_THAT(Values(topic, 0), IsEmpty());
  ASSERT_TRUE(Commit(process, OneMessage(topic, 0, "key", "kept")).ok());
  EXPECT_THAT(Values(topic, 0), ElementsAre("kept"));
}

TEST_P(BrokerContract, I15_OpeningAnIdFencesItsEarlierProducer) {
  const std::string topic = MakeTopic("log", 1);
  Process& earlier = StartProcess();
  OpenProducer(earlier, Named("id"));
  ASSERT_TRUE(Commit(earlier, OneMessage(topic, 0, "key", "earlier")).ok());
  Process& later = StartProcess();
  OpenProducer(later, Named("id"));
  for (int i = 0; i < 2; ++i) {
    const auto fenced = Commit(earlier, OneMessage(topic, 0, "key", "fenced"));
    EXPECT_TRUE(absl::IsFailedPrecondition(fenced.status())) << fenced.status();
  }
  ASSERT_TRUE(Commit(later, OneMessage(topic, 0, "key", "later")).ok());
  EXPECT_THAT(Values(topic, 0), ElementsAre("earlier", "later"));
}

TEST_P(BrokerContract, ProducersOfOtherIdsAreNotFenced) {
  const std::string topic = MakeTopic("log", 1);
  Process& one = StartProcess();
  Process& other = StartProcess();
  OpenProducer(one, Named("one"));
  OpenProducer(other, Named("other"));
  ASSERT_TRUE(Commit(one, OneMessage(topic, 0, "key", "one")).ok());
  ASSERT_TRUE(Commit(other, OneMessage(topic, 0, "key", "other")).ok());
  EXPECT_THAT(Values(topic, 0), ElementsAre("one", "other"));
}

// Whatever the moment: when the id has been opened anew, the transaction is wholly there, or nothing of it and never
// will be.
TEST_P(BrokerContract, R1_ATransactionThatIsCutOffLandsWhollyOrNotAtAll) {
  const std::string topic = MakeTopic("log", 2);
  int64_t expected = 0;
  for (int delay : {0, 1, 2, 4, 7, 12, 20, 40, 80}) {
    SCOPED_TRACE(absl::StrCat("killed after ", delay, " ms"));
    Process& killed = StartProcess();
    OpenProducer(killed, Named("id"));
    backlog::Transaction transaction = Numbers(topic, 0, 0, 500);
    for (backlog::OutgoingMessage message : Numbers(topic, 1, 0, 500).messages) transaction.messages.push_back(message);
    CutOff(killed, std::move(transaction), absl::Milliseconds(delay));
    Process& successor = StartProcess();
    OpenProducer(successor, Named("id"));
    const int64_t landed = static_cast<int64_t>(Values(topic, 0).size());
    EXPECT_TRUE(landed == expected || landed == expected + 500) << landed << " records after " << expected;
    EXPECT_EQ(Values(topic, 1).size(), static_cast<size_t>(landed));
    expected = landed;
    Kill(successor);
  }
}

}  // namespace
}  // namespace causeway::contract
