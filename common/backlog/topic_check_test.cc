#include "common/backlog/topic_check.h"

#include <string>

#include "common/backlog/topics.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::backlog {
namespace {

TopicSpec Backlog() {
  TopicSettings settings;
  settings.replication_factor = 3;
  settings.min_insync_replicas = 2;
  return WorkflowTopicSpecs(TopicsOf("organizations/o/instances/stage/workflows/ingress", "", 0), settings)[0];
}

ExistingTopic AsWanted() {
  const TopicSpec spec = Backlog();
  return {.partitions = spec.partitions, .replicas = spec.replication_factor, .config = spec.config};
}

TEST(CheckTopic, AcceptsWhatCreateTopicsMakes) { EXPECT_TRUE(CheckTopic(Backlog(), AsWanted()).ok()); }

TEST(CheckTopic, AcceptsWhatKeepsMore) {
  ExistingTopic topic = AsWanted();
  topic.replicas = 5;
  topic.config["min.insync.replicas"] = "3";
  topic.config["max.message.bytes"] = "99999999";
  EXPECT_TRUE(CheckTopic(Backlog(), topic).ok());
}

TEST(CheckTopic, IgnoresWhatOnlyTunes) {
  ExistingTopic topic = AsWanted();
  topic.config["segment.bytes"] = "1048576";
  topic.config["compression.type"] = "zstd";
  EXPECT_TRUE(CheckTopic(Backlog(), topic).ok());
}

struct Unsafe {
  std::string setting;
  std::string value;
  std::string expectation;
};

class CheckTopicUnsafe : public testing::TestWithParam<Unsafe> {};

TEST_P(CheckTopicUnsafe, R1_NamesTopicSettingValueAndExpectation) {
  ExistingTopic topic = AsWanted();
  topic.config[GetParam().setting] = GetParam().value;
  const absl::Status status = CheckTopic(Backlog(), topic);
  ASSERT_TRUE(errors::Is(status, errors::kBacklogTopic)) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  const std::string message(status.message());
  EXPECT_NE(message.find("causeway.stage.ingress.backlog"), std::string::npos) << message;
  EXPECT_NE(message.find(GetParam().setting + "=" + GetParam().value), std::string::npos) << message;
  EXPECT_NE(message.find(GetParam().expectation), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(Settings, CheckTopicUnsafe,
                         testing::Values(Unsafe{"retention.ms", "604800000", "must be -1"},
                                         Unsafe{"retention.bytes", "1000", "must be -1"},
                                         Unsafe{"cleanup.policy", "compact", "must be delete"},
                                         Unsafe{"unclean.leader.election.enable", "true", "must be false"},
                                         Unsafe{"min.insync.replicas", "1", "must be at least 2"},
                                         Unsafe{"max.message.bytes", "1048588", "must be at least 16777216"}));

TEST(CheckTopic, ASettingThatIsNotToldIsUnsafe) {
  ExistingTopic topic = AsWanted();
  topic.config.erase("retention.ms");
  EXPECT_FALSE(CheckTopic(Backlog(), topic).ok());
}

TEST(CheckTopic, NamesTheNumberOfPartitionsAndReplicas) {
  ExistingTopic topic = AsWanted();
  topic.partitions = 6;
  EXPECT_NE(std::string(CheckTopic(Backlog(), topic).message()).find("6 partitions; it must have 12"),
            std::string::npos);
  topic = AsWanted();
  topic.replicas = 1;
  EXPECT_NE(
      std::string(CheckTopic(Backlog(), topic).message()).find("1 replicas of a partition; it must have at least 3"),
      std::string::npos);
}

}  // namespace
}  // namespace causeway::backlog
