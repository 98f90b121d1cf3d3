// backlog/broker.h, LogReader: everything that is committed, and when that is all.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/contract/broker_contract.h"

namespace causeway::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(BrokerContract, AnEmptyLogIsAtItsEnd) {
  const std::string topic = MakeTopic("log", 1);
  EXPECT_THAT(Values(topic, 0), IsEmpty());
}

TEST_P(BrokerContract, WhatWasCommittedBeforeNextIsReadBeforeTheEnd) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  // The markers of a transaction follow its commit; at the end of each round they are the last of the log.
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(Commit(process, Numbers(topic, 0, i, 1)).ok());
    ASSERT_EQ(Values(topic, 0).size(), static_cast<size_t>(i + 1));
  }
}

TEST_P(BrokerContract, AReaderGoesOnWhereItEnded) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(OpenLog(process, topic, 0).ok());
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(Commit(process, Numbers(topic, 0, 3 * i, 3)).ok());
    const auto messages = ReadToEnd(process);
    ASSERT_TRUE(messages.ok()) << messages.status();
    EXPECT_THAT(ValuesOf(*messages),
                ElementsAre(absl::StrCat(3 * i), absl::StrCat(3 * i + 1), absl::StrCat(3 * i + 2)));
  }
  const auto nothing = ReadToEnd(process);
  ASSERT_TRUE(nothing.ok()) << nothing.status();
  EXPECT_THAT(*nothing, IsEmpty());
}

TEST_P(BrokerContract, AbortedRecordsAreNeverReadAndDontHideTheEnd) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(OpenLog(process, topic, 0).ok());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(absl::IsInvalidArgument(CommitPatiently(process, Refused(topic, 0))));
    auto messages = ReadToEnd(process);
    ASSERT_TRUE(messages.ok()) << messages.status();
    EXPECT_THAT(*messages, IsEmpty());
    ASSERT_TRUE(CommitPatiently(process, Numbers(topic, 0, i, 1)).ok());
    ASSERT_TRUE(absl::IsInvalidArgument(CommitPatiently(process, Refused(topic, 0))));
    messages = ReadToEnd(process);
    ASSERT_TRUE(messages.ok()) << messages.status();
    EXPECT_THAT(ValuesOf(*messages), ElementsAre(absl::StrCat(i)));
  }
}

// A reader that has seen the end has seen everything below it, whatever becomes of transactions that were open.
TEST_P(BrokerContract, NothingAppearsBelowAnEndThatWasReached) {
  const std::string topic = MakeTopic("log", 1);
  for (int delay : {1, 3, 6, 10, 15}) {
    SCOPED_TRACE(absl::StrCat("killed after ", delay, " ms"));
    Process& killed = StartProcess();
    OpenProducer(killed, Named("id"));
    CutOff(killed, Numbers(topic, 0, 0, 500), absl::Milliseconds(delay));
    const std::vector<std::string> before = Values(topic, 0);
    Process& successor = StartProcess();
    OpenProducer(successor, Named("id"));
    ASSERT_TRUE(Commit(successor, OneMessage(topic, 0, "key", "last")).ok());
    const std::vector<std::string> after = Values(topic, 0);
    ASSERT_EQ(after.size(), before.size() + 1);
    EXPECT_EQ(after.back(), "last");
    Kill(successor);
  }
}

TEST_P(BrokerContract, AReaderBeginsAtItsOffset) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  const auto offsets = Commit(process, Numbers(topic, 0, 0, 10));
  ASSERT_TRUE(offsets.ok()) << offsets.status();
  ASSERT_TRUE(OpenLog(process, topic, 0, (*offsets)[7]).ok());
  const auto messages = ReadToEnd(process);
  ASSERT_TRUE(messages.ok()) << messages.status();
  EXPECT_THAT(ValuesOf(*messages), ElementsAre("7", "8", "9"));
}

TEST_P(BrokerContract, NextOffsetIsWhereAnotherReaderGoesOn) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(Commit(process, Numbers(topic, 0, 0, 2500)).ok());
  Messages messages;
  int64_t next = backlog::kLogStart;
  for (bool end = false; !end;) {
    ASSERT_TRUE(OpenLog(process, topic, 0, next).ok());
    auto batch = Await(process, process.log->Next());
    ASSERT_TRUE(batch.ok()) << batch.status();
    for (backlog::Message& message : batch->messages) messages.push_back(std::move(message));
    next = batch->next_offset;
    end = batch->reached_end;
  }
  ASSERT_EQ(messages.size(), 2500u);
  for (int i = 0; i < 2500; ++i) EXPECT_EQ(messages[i].value, absl::StrCat(i));
}

TEST_P(BrokerContract, AnOffsetOutsideTheLogIsOutOfRange) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(Commit(process, Numbers(topic, 0, 0, 10)).ok());
  ASSERT_TRUE(OpenLog(process, topic, 0, 1000).ok());
  const auto beyond = ReadToEnd(process);
  EXPECT_TRUE(absl::IsOutOfRange(beyond.status())) << beyond.status();

  std::map<int32_t, int64_t> offsets{{0, 5}};
  ASSERT_TRUE(Await(process, broker(process).Trim(topic, offsets)).ok());
  ASSERT_TRUE(OpenLog(process, topic, 0, 2).ok());
  const auto below = ReadToEnd(process);
  EXPECT_TRUE(absl::IsOutOfRange(below.status())) << below.status();
}

TEST_P(BrokerContract, ATrimmedLogBeginsBehindWhatWasTrimmed) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(Commit(process, Numbers(topic, 0, 0, 10)).ok());
  ASSERT_TRUE(Commit(process, Numbers(topic, 1, 0, 3)).ok());
  std::map<int32_t, int64_t> offsets{{0, 8}};
  ASSERT_TRUE(Await(process, broker(process).Trim(topic, offsets)).ok());
  // Again, and to less: no error, no change.
  ASSERT_TRUE(Await(process, broker(process).Trim(topic, offsets)).ok());
  offsets[0] = 4;
  ASSERT_TRUE(Await(process, broker(process).Trim(topic, offsets)).ok());
  EXPECT_THAT(Values(topic, 0), ElementsAre("8", "9"));
  EXPECT_THAT(Values(topic, 1), ElementsAre("0", "1", "2"));
}

TEST_P(BrokerContract, ReadersOfOnePartitionDontDisturbEachOther) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(Commit(process, Numbers(topic, 0, 0, 3000)).ok());
  ASSERT_TRUE(Commit(process, Numbers(topic, 1, 0, 3000)).ok());
  std::vector<std::unique_ptr<backlog::LogReader>> readers;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(OpenLog(process, topic, i % 2).ok());
    readers.push_back(std::move(process.log));
  }
  std::vector<int> next(readers.size());
  for (bool all = false; !all;) {
    all = true;
    for (size_t i = 0; i < readers.size(); ++i) {
      auto batch = Await(process, readers[i]->Next());
      ASSERT_TRUE(batch.ok()) << batch.status();
      for (const backlog::Message& message : batch->messages) EXPECT_EQ(message.value, absl::StrCat(next[i]++));
      all = all && batch->reached_end;
    }
  }
  EXPECT_THAT(next, ElementsAre(3000, 3000, 3000, 3000));
}

TEST_P(BrokerContract, CompactionKeepsTheLastOfEachKeyAndTheEndIsFound) {
  const std::string topic = MakeTopic("log", 1,
                                      {{"cleanup.policy", "compact"},
                                       {"segment.ms", "100"},
                                       {"min.cleanable.dirty.ratio", "0.001"},
                                       {"min.compaction.lag.ms", "0"}});
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(OpenLog(process, topic, 0).ok());
  const int versions = 6;
  for (int version = 0; version < versions; ++version) {
    for (const char* key : {"a", "b"}) {
      ASSERT_TRUE(Commit(process, OneMessage(topic, 0, key, absl::StrCat(key, version))).ok());
    }
    Pass(absl::Milliseconds(150));
  }
  std::vector<std::string> values;
  for (int round = 0; round < 60 && (values.empty() || values.size() == 2 * versions); ++round) {
    world_->Compact();
    Pass(absl::Seconds(1));
    values = Values(topic, 0);
  }
  EXPECT_LT(values.size(), 2u * versions) << "nothing was compacted";
  std::map<std::string, std::string> last;
  for (const std::string& value : values) last[value.substr(0, 1)] = value;
  EXPECT_EQ(last["a"], absl::StrCat("a", versions - 1));
  EXPECT_EQ(last["b"], absl::StrCat("b", versions - 1));
  // One that was opened before.
  const auto messages = ReadToEnd(process);
  ASSERT_TRUE(messages.ok()) << messages.status();
  EXPECT_EQ(ValuesOf(*messages), values);
}

TEST_P(BrokerContract, TheEndIsNotReachedBeforeATransactionThatIsOpen) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  for (const bool commit : {true, false}) {
    ASSERT_TRUE(OpenLog(process, topic, 0).ok());
    const auto before = ReadToEnd(process);
    ASSERT_TRUE(before.ok()) << before.status();
    const auto open = world_->BeginTransaction(Named("open"));
    open->Produce(topic, 0, "open");
    ASSERT_TRUE(Commit(process, OneMessage(topic, 0, "key", "behind")).ok());
    for (int i = 0; i < 2; ++i) {
      const auto batch = Await(process, process.log->Next());
      ASSERT_TRUE(batch.ok()) << batch.status();
      EXPECT_THAT(batch->messages, IsEmpty());
      EXPECT_FALSE(batch->reached_end);
    }
    if (commit) {
      open->Commit();
    } else {
      open->Abort();
    }
    const auto messages = ReadToEnd(process);
    ASSERT_TRUE(messages.ok()) << messages.status();
    EXPECT_EQ(ValuesOf(*messages),
              commit ? std::vector<std::string>({"open", "behind"}) : std::vector<std::string>({"behind"}));
  }
}

}  // namespace
}  // namespace causeway::contract
