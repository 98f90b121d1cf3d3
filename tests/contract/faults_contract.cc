// backlog/broker.h when the broker fails: what calls say while it restarts, hangs or is away, and what comes of them.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/contract/broker_contract.h"

namespace causeway::contract {
namespace {

TEST_P(BrokerContract, R1_RestartsInMidFlightLoseAndRepeatNothing) {
  const std::string topic = MakeTopic("log", 1);
  const std::string id = Named("id");
  Process& process = StartProcess();
  OpenProducer(process, id);
  Process& reader = StartProcess();
  Join(reader, Named("group"), topic);
  NextAssignment(reader);
  ASSERT_TRUE(Start(reader, {{0, 0}}).ok());
  int next = 0;
  for (int delay : {0, 1, 2, 6, 20}) {
    SCOPED_TRACE(absl::StrCat("killed after ", delay, " ms"));
    const backlog::Transaction transaction = Numbers(topic, 0, next, 300);
    const auto restart = [&] {
      world_->StopBroker();
      world_->RestartBroker();
    };
    const absl::Status said = CommitDuring(process, transaction, absl::Milliseconds(delay), restart, absl::Seconds(20));
    Land(process, id, transaction, said);
    next += 300;
  }
  const auto messages = FetchAllWhateverTheGroupDoes(reader, next);
  ASSERT_TRUE(messages.ok()) << messages.status();
  ASSERT_EQ(messages->size(), static_cast<size_t>(next));
  for (int i = 0; i < next; ++i) EXPECT_EQ((*messages)[i].value, absl::StrCat(i));
  EXPECT_EQ(Values(topic, 0).size(), static_cast<size_t>(next));
}

// The broker hangs, beyond the commit's deadline and less than the transaction's.
TEST_P(BrokerContract, WhatCommitSaysIsWhatHappened) {
  const std::string topic = MakeTopic("log", 1);
  const std::string id = Named("id");
  Process& process = StartProcess();
  OpenProducer(process, id);
  size_t landed = 0;
  int number = 0;
  for (int delay : {0, 1, 2, 3, 5, 8, 12, 20}) {
    SCOPED_TRACE(absl::StrCat("hangs after ", delay, " ms"));
    const auto hang = [&] { world_->HangBroker(); };
    const absl::Status said =
        CommitDuring(process, Numbers(topic, 0, 0, 100), absl::Milliseconds(delay), hang, absl::Milliseconds(700));
    world_->ResumeBroker();
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
    Land(process, id, next, Commit(process, next).status());
    ++landed;
    EXPECT_EQ(Values(topic, 0).size(), landed);
  }
}

TEST_P(BrokerContract, WhileTheBrokerIsAwayCallsSayUnavailableAndGoOnAfterwards) {
  const std::string topic = MakeTopic("log", 1);
  const std::string id = Named("id");
  Process& process = StartProcess();
  OpenProducer(process, id);
  ASSERT_TRUE(Commit(process, Numbers(topic, 0, 0, 10)).ok());
  ASSERT_TRUE(OpenLog(process, topic, 0).ok());
  world_->StopBroker();

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

  world_->RestartBroker();
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
  Land(process, id, transaction, Commit(process, transaction).status());
  EXPECT_EQ(Values(topic, 0).size(), 20u);
}

// If anything of it waited for the broker, it would wait for ever.
TEST_P(BrokerContract, DestroyingWhatWaitsForAHangingBrokerNeedsNoBroker) {
  const std::string topic = MakeTopic("log", 2);
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  Join(process, Named("group"), topic);
  NextAssignment(process);
  ASSERT_TRUE(Start(process, {{0, 0}, {1, 0}}).ok());
  ASSERT_TRUE(OpenLog(process, topic, 0).ok());
  world_->HangBroker();
  std::optional<absl::StatusOr<Offsets>> committed;
  std::optional<absl::StatusOr<Event>> event;
  std::optional<absl::StatusOr<Messages>> fetched;
  std::optional<absl::StatusOr<backlog::LogReader::Batch>> read;
  std::optional<absl::StatusOr<std::map<int32_t, backlog::GroupOffset>>> offsets;
  std::optional<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> opened;
  std::optional<absl::StatusOr<int32_t>> partitions;
  const async::Instant deadline = Now(process) + absl::Minutes(5);
  Begin(process, process.producer->Commit(Numbers(topic, 0, 0, 100), deadline), committed);
  Begin(process, process.consumer->NextEvent(deadline), event);
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
  world_->ResumeBroker();
  Pass(absl::Milliseconds(100));
  EXPECT_FALSE(committed.has_value() && committed->ok());
}

}  // namespace
}  // namespace causeway::contract
