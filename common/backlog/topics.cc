#include "common/backlog/topics.h"

#include "absl/strings/str_split.h"
#include "common/backlog/record.h"

namespace causeway::backlog {
namespace {

std::map<std::string, std::string> Config(const TopicSettings& settings, absl::string_view cleanup_policy) {
  return {{"cleanup.policy", std::string(cleanup_policy)},
          {"min.insync.replicas", std::to_string(settings.min_insync_replicas)},
          {"unclean.leader.election.enable", "false"},
          {"max.message.bytes", std::to_string(kMaxMessageBytes)}};
}

// Kept for ever: only what is finished is trimmed, by offset.
TopicSpec Kept(std::string name, int32_t partitions, const TopicSettings& settings) {
  auto config = Config(settings, "delete");
  config["retention.ms"] = "-1";
  config["retention.bytes"] = "-1";
  return {std::move(name), partitions, settings.replication_factor, std::move(config)};
}

TopicSpec Compacted(std::string name, int32_t partitions, const TopicSettings& settings) {
  auto config = Config(settings, "compact");
  // A replica whose local index is older than this restores it from the start, since tombstones are gone by then
  // (engine/index.cc).
  config["delete.retention.ms"] = "604800000";
  config["segment.bytes"] = "67108864";
  return {std::move(name), partitions, settings.replication_factor, std::move(config)};
}

}  // namespace

WorkflowTopics TopicsOf(absl::string_view workflow_name, absl::string_view instance_uid, int64_t generation) {
  const std::vector<absl::string_view> parts = absl::StrSplit(workflow_name, '/');
  if (parts.size() != 6) return {};
  return {std::string(parts[3]), std::string(parts[5]), std::string(instance_uid), generation};
}

int32_t CheckpointsPartition(const WorkflowTopics& topics, int32_t partitions) {
  return PartitionOf(topics.checkpoint_prefix(), partitions);
}

std::vector<TopicSpec> InstallationTopics(const TopicSettings& settings) {
  return {Compacted(std::string(kDefinitionsTopic), 1, settings),
          Compacted(std::string(kCheckpointsTopic), settings.checkpoints_partitions, settings),
          Kept(std::string(kAuditTopic), 1, settings)};
}

std::vector<TopicSpec> WorkflowTopicSpecs(const WorkflowTopics& topics, const TopicSettings& settings) {
  return {Kept(topics.backlog(), settings.partitions, settings), Kept(topics.dead_letters(), settings.partitions, settings),
          Compacted(topics.index(), settings.partitions, settings)};
}

}  // namespace causeway::backlog
