// backlog/broker.h, Broker: topics.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/contract/broker_contract.h"

namespace causeway::contract {
namespace {

using testing::HasSubstr;

TEST_P(BrokerContract, ATopicHasThePartitionsThatItWasMadeWith) {
  const std::string topic = MakeTopic("log", 5);
  Process& process = StartProcess();
  const auto partitions = Await(process, broker(process).Partitions(topic));
  ASSERT_TRUE(partitions.ok()) << partitions.status();
  EXPECT_EQ(*partitions, 5);
}

TEST_P(BrokerContract, WhatDoesntExistIsNotFound) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  const std::string nowhere = Named("nowhere");
  EXPECT_TRUE(absl::IsNotFound(Await(process, broker(process).Partitions(nowhere)).status()));
  EXPECT_TRUE(absl::IsNotFound(Await(process, broker(process).Join(Named("group"), nowhere)).status()));
  EXPECT_TRUE(absl::IsNotFound(OpenLog(process, nowhere, 0)));
  EXPECT_TRUE(absl::IsNotFound(OpenLog(process, topic, 1)));
}

TEST_P(BrokerContract, MakingTopicsAgainChangesNothing) {
  Process& process = StartProcess();
  std::vector<backlog::TopicSpec> specs{{.name = Named("kept"), .partitions = 2, .config = {{"retention.ms", "-1"}}},
                                        {.name = Named("compacted"), .config = {{"cleanup.policy", "compact"}}}};
  for (int i = 0; i < 3; ++i) {
    const absl::Status made = Await(process, broker(process).CreateTopics(specs));
    EXPECT_TRUE(made.ok()) << made;
  }
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(Commit(process, OneMessage(specs[0].name, 1, "key", "kept")).ok());
  ASSERT_TRUE(Await(process, broker(process).CreateTopics(specs)).ok());
  EXPECT_THAT(Values(specs[0].name, 1), testing::ElementsAre("kept"));
}

TEST_P(BrokerContract, R1_ATopicOfAnotherShapeIsNotTaken) {
  const std::string topic = MakeTopic("log", 2, {{"retention.ms", "-1"}});
  Process& process = StartProcess();
  std::vector<backlog::TopicSpec> specs{{.name = topic, .partitions = 3, .config = {}}};
  const absl::Status made = Await(process, broker(process).CreateTopics(specs));
  EXPECT_TRUE(absl::IsFailedPrecondition(made)) << made;
  EXPECT_THAT(std::string(made.message()), HasSubstr(topic));
}

TEST_P(BrokerContract, R1_ATopicThatForgetsIsNotTaken) {
  const std::string topic = MakeTopic("log", 2, {{"retention.ms", "3600000"}});
  Process& process = StartProcess();
  std::vector<backlog::TopicSpec> specs{{.name = topic, .partitions = 2, .config = {{"retention.ms", "-1"}}}};
  const absl::Status made = Await(process, broker(process).CreateTopics(specs));
  EXPECT_TRUE(absl::IsFailedPrecondition(made)) << made;
  EXPECT_THAT(std::string(made.message()), HasSubstr(topic));
  EXPECT_THAT(std::string(made.message()), HasSubstr("retention.ms"));
}

TEST_P(BrokerContract, R1_DeletedTopicsAreGoneWithAllTheyHeldAndOthersStay) {
  const std::string kept = MakeTopic("kept", 1);
  const std::vector<std::string> gone{MakeTopic("gone", 1), MakeTopic("gone.too", 3)};
  Process& process = StartProcess();
  OpenProducer(process, Named("id"));
  ASSERT_TRUE(Commit(process, OneMessage(gone[0], 0, "key", "old")).ok());
  ASSERT_TRUE(Commit(process, OneMessage(kept, 0, "key", "kept")).ok());
  const absl::Status deleted = Await(process, broker(process).DeleteTopics(gone));
  ASSERT_TRUE(deleted.ok()) << deleted;
  // The broker learns from its controller a moment later what is gone.
  const auto absent = [&](const std::string& topic) {
    const async::Instant end = Now(process) + absl::Seconds(30);
    while (Now(process) < end) {
      if (absl::IsNotFound(Await(process, broker(process).Partitions(topic)).status())) return true;
      Pass(absl::Milliseconds(50));
    }
    return false;
  };
  for (const std::string& topic : gone) EXPECT_TRUE(absent(topic)) << topic;
  EXPECT_THAT(Values(kept, 0), testing::ElementsAre("kept"));
  MakeTopic("gone", 1);
  EXPECT_THAT(Values(gone[0], 0), testing::IsEmpty());
}

TEST_P(BrokerContract, R1_DeletingWhatDoesntExistIsFine) {
  const std::string topic = MakeTopic("log", 1);
  Process& process = StartProcess();
  const std::vector<std::string> topics{Named("nowhere"), topic};
  for (int i = 0; i < 3; ++i) {
    const absl::Status deleted = Await(process, broker(process).DeleteTopics(topics));
    EXPECT_TRUE(deleted.ok()) << deleted;
  }
  EXPECT_TRUE(Await(process, broker(process).DeleteTopics({})).ok());
}

}  // namespace
}  // namespace causeway::contract
