// Names of Causeway's topics, consumer groups, transactional ids and checkpoint keys (design.md "Kafka"), and the settings
// that the topics need. Pure.
#pragma once

#include <cstdint>
#include <string>
#include "absl/strings/string_view.h"
#include <vector>

#include "common/backlog/broker.h"

namespace causeway::backlog {

// What the names of all of them begin with.
inline constexpr absl::string_view kTopicPrefix = "causeway.";

inline constexpr absl::string_view kDefinitionsTopic = "causeway.definitions";
inline constexpr absl::string_view kCheckpointsTopic = "causeway.checkpoints";
inline constexpr absl::string_view kAuditTopic = "causeway.audit";

// The largest record that the topics take: a row of 8 MiB and what goes with it.
inline constexpr int64_t kMaxMessageBytes = 16 << 20;

// One workflow of one instance, in one of its lives; `workflow` is ingress, egress or opt-in-out.
//
// An instance that was deleted and made again has another uid, and a workflow that was reset another generation, so neither takes
// up what an earlier one left. Without a uid and at generation 0 the names are those of version 0.1.
struct WorkflowTopics {
  std::string instance;
  std::string workflow;
  std::string instance_uid;
  int64_t generation = 0;

  std::string backlog() const { return Prefix() + ".backlog"; }
  std::string index() const { return Prefix() + ".index"; }
  // They outlive a reset: what was given up stays given up until a person looks at it.
  std::string dead_letters() const { return "causeway." + InstancePart() + "." + workflow + ".dead-letters"; }
  // The writers' consumer group.
  std::string group() const { return Prefix() + ".writers"; }
  std::string reader_id() const { return Prefix() + ".reader"; }
  std::string writer_id(absl::string_view replica) const { return Prefix() + ".writer." + std::string(replica); }

  // Keys in kCheckpointsTopic, and in a replica's local store.
  std::string checkpoint_prefix() const { return InstancePart() + "/" + WorkflowPart() + "/"; }
  std::string queued_key() const { return checkpoint_prefix() + "queued"; }
  std::string finished_key(int32_t partition) const { return checkpoint_prefix() + "finished/" + std::to_string(partition); }
  std::string run_key() const { return checkpoint_prefix() + "run"; }
  std::string table_key(absl::string_view table) const { return checkpoint_prefix() + "table/" + std::string(table); }
  std::string gone_key(int32_t partition, absl::string_view table) const {
    return checkpoint_prefix() + "gone/" + std::to_string(partition) + "/" + std::string(table);
  }
  std::string confirmed_key(absl::string_view table) const { return checkpoint_prefix() + "confirmed/" + std::string(table); }

 private:
  // No id holds a dot or a slash.
  std::string InstancePart() const { return instance_uid.empty() ? instance : instance + "." + instance_uid; }
  std::string WorkflowPart() const { return generation == 0 ? workflow : workflow + ".g" + std::to_string(generation); }
  std::string Prefix() const { return "causeway." + InstancePart() + "." + WorkflowPart(); }
};

// The topics and keys of organizations/{o}/instances/{i}/workflows/{w}; instance ids are unique across organizations.
WorkflowTopics TopicsOf(absl::string_view workflow_name, absl::string_view instance_uid, int64_t generation);

// Where the workflow's keys are in kCheckpointsTopic, given how many partitions that topic has: all of a workflow's in one, so that
// one log tells of them in order; workflows in different ones, so that an open transaction of one (a writer that died) holds up few
// others. The same in every release, so partitions must never be added to the topic.
int32_t CheckpointsPartition(const WorkflowTopics& topics, int32_t partitions);

struct TopicSettings {
  int32_t partitions = 12;
  // Of kCheckpointsTopic where it doesn't exist yet. Version 0.1 made it with one, which it keeps.
  int32_t checkpoints_partitions = 12;
  int16_t replication_factor = 1;
  int16_t min_insync_replicas = 1;
};

std::vector<TopicSpec> InstallationTopics(const TopicSettings& settings);
std::vector<TopicSpec> WorkflowTopicSpecs(const WorkflowTopics& topics, const TopicSettings& settings);

}  // namespace causeway::backlog
