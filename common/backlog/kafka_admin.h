// KafkaAdmin: topics: making, checking, counting. Every call blocks up to its deadline; for a worker's
// thread. Internal to this library.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/backlog/broker.h"
#include "common/backlog/rd_client.h"
#include "common/backlog/topic_check.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {

class KafkaAdmin {
 public:
  // The client outlives it.
  explicit KafkaAdmin(Client& client) : client_(client) {}

  // As broker.h's. Returns when every topic is known with a leader for each partition.
  absl::Status CreateTopics(const std::vector<TopicSpec>& specs, Deadline deadline);
  absl::Status DeleteTopics(const std::vector<std::string>& names, Deadline deadline);
  // As kafka_broker.h's.
  absl::StatusOr<std::vector<TopicFlaw>> Inspect(const std::vector<TopicSpec>& specs, Deadline deadline);
  absl::StatusOr<std::vector<std::string>> DeleteTopicsThatBeginWith(const std::string& prefix, Deadline deadline);
  absl::StatusOr<int32_t> Partitions(const std::string& topic, Deadline deadline);

 private:
  // NOT_FOUND; UNAVAILABLE also while a partition has no leader, unless only the number of partitions matters.
  absl::StatusOr<ExistingTopic> Describe(const std::string& topic, Deadline deadline, bool led = true);
  absl::StatusOr<std::vector<std::string>> TopicsThatBeginWith(const std::string& prefix, Deadline deadline);
  absl::Status Create(const std::vector<const TopicSpec*>& specs, Deadline deadline);
  absl::Status AwaitUsable(const TopicSpec& spec, Deadline deadline, ExistingTopic* topic);
  absl::Status ReadConfigs(std::map<std::string, ExistingTopic>& topics, Deadline deadline);

  rd::AdminOptions Options(rd_kafka_admin_op_t call, Deadline deadline) const;
  // The call's one result; UNAVAILABLE when it doesn't come.
  absl::StatusOr<rd::Event> Await(rd_kafka_queue_t* queue, absl::string_view what, Deadline deadline) const;

  Client& client_;
};

}  // namespace causeway::backlog
