// backlog/broker.h, GroupConsumer: who owns what, and what the others may still do.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/contract/broker_contract.h"

namespace causeway::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(BrokerContract, TheOnlyMemberOwnsEveryPartition) {
  const std::string topic = MakeTopic("log", 4);
  Process& process = StartProcess();
  Join(process, Named("group"), topic);
  EXPECT_THAT(NextAssignment(process), ElementsAre(0, 1, 2, 3));
}

TEST_P(BrokerContract, NoEventComesBeforeItsDeadlineWhenNothingHappens) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  Join(process, Named("group"), topic);
  NextAssignment(process);
  const async::Instant begun = Now(process);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(NextEvent(process, absl::Milliseconds(300))));
  EXPECT_GE(Now(process) - begun, absl::Milliseconds(300));
}

TEST_P(BrokerContract, MembersShareThePartitions) {
  const std::string topic = MakeTopic("log", 4);
  Process& one = StartProcess();
  Process& two = StartProcess();
  Join(one, Named("group"), topic);
  NextAssignment(one);
  Join(two, Named("group"), topic);
  AwaitShares({&one, &two}, {2, 2});
}

TEST_P(BrokerContract, AMemberTooManyOwnsNothingAndTakesOver) {
  const std::string topic = MakeTopic("log", 1);
  Process& one = StartProcess();
  Process& two = StartProcess();
  Join(one, Named("group"), topic);
  NextAssignment(one);
  Join(two, Named("group"), topic);
  // Whichever of them owns it, Start takes an empty assignment too.
  for (bool shared = false; !shared;) {
    for (Process* member : {&one, &two}) {
      const Event event = NextEvent(*member, absl::Milliseconds(100));
      if (std::holds_alternative<Revoked>(event)) {
        EXPECT_TRUE(member->consumer->Release().ok());
      }
      if (auto* assigned = std::get_if<Assigned>(&event); assigned != nullptr && assigned->partitions.empty()) {
        EXPECT_TRUE(Start(*member, {}).ok());
        shared = true;
      }
    }
  }
}

TEST_P(BrokerContract, AClosedMembersPartitionsGoToTheOtherAtOnce) {
  const std::string topic = MakeTopic("log", 4);
  Process& leaver = StartProcess();
  Process& stayer = StartProcess();
  Join(leaver, Named("group"), topic);
  Join(stayer, Named("group"), topic);
  AwaitShares({&leaver, &stayer}, {2, 2});
  const absl::Status closed = Await(leaver, leaver.consumer->Close());
  EXPECT_TRUE(closed.ok()) << closed;
  const async::Instant left = Now(stayer);
  EXPECT_EQ(NextAssignment(stayer).size(), 4u);
  EXPECT_LT(Now(stayer) - left, world_->times().session);
}

TEST_P(BrokerContract, R1_AKilledMembersPartitionsGoToTheOtherAfterItsSession) {
  const std::string topic = MakeTopic("log", 4);
  Process& killed = StartProcess();
  Process& survivor = StartProcess();
  Join(killed, Named("group"), topic);
  Join(survivor, Named("group"), topic);
  AwaitShares({&killed, &survivor}, {2, 2});
  const async::Instant died = Now(survivor);
  Kill(killed);
  EXPECT_EQ(NextAssignment(survivor).size(), 4u);
  // It was heard of at most a heartbeat before.
  EXPECT_GT(Now(survivor) - died, world_->times().session / 2);
  EXPECT_LT(Now(survivor) - died, world_->times().session + world_->times().slack);
}

TEST_P(BrokerContract, NothingIsCommittedWhereNothingWas) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  Join(process, Named("group"), topic);
  const auto committed = Committed(process, NextAssignment(process));
  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_THAT(*committed, IsEmpty());
}

TEST_P(BrokerContract, OffsetsAndMessagesLandTogetherAndAreReadBackWithTheirMetadata) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  Join(process, Named("group"), topic);
  NextAssignment(process);
  backlog::Transaction transaction = OneMessage(topic, 0, "key", "value");
  transaction.consumer = process.consumer.get();
  transaction.offsets[0] = {5, "v1 5 500 somebody 100"};
  ASSERT_TRUE(Commit(process, transaction).ok());
  Kill(process);

  Process& successor = StartProcess();
  Join(successor, Named("group"), topic);
  const auto committed = Committed(successor, {0, 1});
  ASSERT_TRUE(committed.ok()) << committed.status();
  ASSERT_EQ(committed->size(), 1u);
  EXPECT_EQ(committed->at(0).offset, 5);
  EXPECT_EQ(committed->at(0).metadata, "v1 5 500 somebody 100");
  EXPECT_THAT(Values(topic, 0), ElementsAre("value"));
}

// Of a refused transaction, neither messages nor offsets.
TEST_P(BrokerContract, OffsetsOfARefusedTransactionAreNotCommitted) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  Join(process, Named("group"), topic);
  NextAssignment(process);
  backlog::Transaction transaction = Refused(topic, 0);
  transaction.consumer = process.consumer.get();
  transaction.offsets[0] = {5, "five"};
  EXPECT_FALSE(Commit(process, transaction).ok());
  const auto committed = Committed(process, {0});
  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_THAT(*committed, IsEmpty());
}

TEST_P(BrokerContract, AMemberCommitsWhatItFinishesAfterRevokedAndBeforeRelease) {
  const std::string topic = MakeTopic("log", 2);
  Process& one = StartProcess();
  OpenProducer(one, Named("id"));
  Join(one, Named("group"), topic);
  ASSERT_EQ(NextAssignment(one).size(), 2u);
  ASSERT_TRUE(Start(one, {{0, 0}, {1, 0}}).ok());
  Process& two = StartProcess();
  Join(two, Named("group"), topic);
  const Event event = NextEvent(one);
  ASSERT_TRUE(std::holds_alternative<Revoked>(event));
  EXPECT_FALSE(std::get<Revoked>(event).lost);
  backlog::Transaction transaction = OneMessage(topic, 0, "key", "finished");
  transaction.consumer = one.consumer.get();
  transaction.offsets[0] = {1, "one"};
  const auto finished = Commit(one, transaction);
  EXPECT_TRUE(finished.ok()) << finished.status();
  ASSERT_TRUE(one.consumer->Release().ok());
  NextAssignment(two);
  const auto committed = Committed(two, {0});
  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_EQ(committed->at(0).metadata, "one");
}

// It hangs, the others wait for it as long as they must, and go on.
TEST_P(BrokerContract, R1_NothingOfAMemberThatTheGroupHasLeftBehindLands) {
  const std::string topic = MakeTopic("log", 2);
  Process& zombie = StartProcess();
  OpenProducer(zombie, Named("zombie"));
  Join(zombie, Named("group"), topic);
  NextAssignment(zombie);
  backlog::Transaction transaction = OneMessage(topic, 0, "key", "good");
  transaction.consumer = zombie.consumer.get();
  transaction.offsets[0] = {1, "good"};
  ASSERT_TRUE(Commit(zombie, transaction).ok());
  Process& successor = StartProcess();
  Join(successor, Named("group"), topic);
  const absl::Duration patience = world_->times().rebalance + world_->times().slack;
  EXPECT_EQ(NextAssignment(successor, patience).size(), 2u);

  for (int i = 0; i < 2; ++i) {
    transaction.messages[0].value = "stale";
    transaction.offsets[0] = {2, "stale"};
    const auto stale = Commit(zombie, transaction);
    EXPECT_TRUE(absl::IsAborted(stale.status())) << stale.status();
  }
  const auto committed = Committed(successor, {0});
  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_EQ(committed->at(0).metadata, "good");
  EXPECT_THAT(Values(topic, 0), ElementsAre("good"));
  // The producer isn't at fault.
  ASSERT_TRUE(Commit(zombie, OneMessage(topic, 0, "key", "alone")).ok());
  EXPECT_THAT(Values(topic, 0), ElementsAre("good", "alone"));
}

TEST_P(BrokerContract, AMemberThatWasLeftBehindIsToldAndJoinsAgain) {
  const std::string topic = MakeTopic("log", 2);
  Process& slow = StartProcess();
  Join(slow, Named("group"), topic);
  NextAssignment(slow);
  Process& other = StartProcess();
  Join(other, Named("group"), topic);
  const absl::Duration patience = world_->times().rebalance + world_->times().slack;
  EXPECT_EQ(NextAssignment(other, patience).size(), 2u);
  AwaitShares({&slow, &other}, {1, 1});
}

TEST_P(BrokerContract, AfterCloseNothingIsCommitted) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  Join(process, Named("group"), topic);
  EXPECT_EQ(NextAssignment(process).size(), 1u);
  backlog::Transaction transaction = OneMessage(topic, 0, "key", "late");
  transaction.consumer = process.consumer.get();
  transaction.offsets[0] = {1, "late"};
  ASSERT_TRUE(Await(process, process.consumer->Close()).ok());
  const auto late = Commit(process, transaction);
  EXPECT_TRUE(absl::IsAborted(late.status())) << late.status();
  EXPECT_THAT(Values(topic, 0), IsEmpty());
}

// A successor's view of the offsets is what was decided, never what was decided later.
TEST_P(BrokerContract, R1_CommittedWaitsForTheTransactionOfAMemberThatWasKilled) {
  const std::string topic = MakeTopic("log", 1);
  const std::string group = Named("group");
  int64_t before = 0;
  for (int delay : {1, 3, 6, 10}) {
    SCOPED_TRACE(absl::StrCat("killed after ", delay, " ms"));
    Process& killed = StartProcess();
    OpenProducer(killed, Named("id"));
    Join(killed, group, topic);
    NextAssignment(killed, absl::Minutes(2));
    backlog::Transaction transaction = Numbers(topic, 0, 0, 200);
    transaction.consumer = killed.consumer.get();
    transaction.offsets[0] = {before + 1, absl::StrCat(before + 1)};
    CutOff(killed, std::move(transaction), absl::Milliseconds(delay));

    Process& successor = StartProcess();
    Join(successor, group, topic);
    NextAssignment(successor, absl::Minutes(2));
    auto committed = Committed(successor, {0});
    ASSERT_TRUE(committed.ok()) << committed.status();
    const int64_t seen = committed->empty() ? 0 : committed->at(0).offset;
    EXPECT_TRUE(seen == before || seen == before + 1) << seen;
    EXPECT_EQ(Values(topic, 0).size(), 200u * seen);
    committed = Committed(successor, {0});
    ASSERT_TRUE(committed.ok()) << committed.status();
    EXPECT_EQ(committed->empty() ? 0 : committed->at(0).offset, seen);
    EXPECT_TRUE(Await(successor, successor.consumer->Close()).ok());
    Kill(successor);
    before = seen;
  }
}

TEST_P(BrokerContract, CommittedWaitsForATransactionThatIsOpen) {
  const std::string topic = MakeTopic("log", 1);
  const std::string group = Named("group");
  Process& process = StartProcess();
  for (const bool commit : {true, false}) {
    const auto open = world_->BeginTransaction(Named("open"));
    open->SendOffset(group, topic, 0, {commit ? 7 : 8, "decided"});
    Join(process, group, topic);
    std::optional<absl::StatusOr<std::map<int32_t, backlog::GroupOffset>>> committed;
    Begin(process, process.consumer->Committed({0}), committed);
    Pass(absl::Seconds(1));
    EXPECT_FALSE(committed.has_value());
    if (commit) {
      open->Commit();
    } else {
      open->Abort();
    }
    ASSERT_TRUE(world_->RunUntil([&] { return committed.has_value(); }, absl::Seconds(20)));
    ASSERT_TRUE(committed->ok()) << committed->status();
    ASSERT_EQ((*committed)->size(), 1u);
    EXPECT_EQ((**committed)[0].offset, 7);
    EXPECT_EQ((**committed)[0].metadata, "decided");
    ASSERT_TRUE(Await(process, process.consumer->Close()).ok());
    process.consumer.reset();
  }
}

}  // namespace
}  // namespace causeway::contract
