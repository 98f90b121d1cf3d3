// KafkaClient: backlog::Broker of one process's life, against the KafkaModel. Does what librdkafka does: retries what
// is lost, heartbeats, fetches.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/backlog/broker.h"
#include "tests/simulation/model/kafka_link.h"

namespace causeway::simulation {

class KafkaClient final : public backlog::Broker {
 public:
  KafkaClient(KafkaModel& kafka, Process& process) : link_(kafka, process) {}

  async::Task<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> OpenProducer(std::string id) override;
  async::Task<absl::StatusOr<std::unique_ptr<backlog::GroupConsumer>>> Join(std::string group,
                                                                            std::string topic) override;
  async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> OpenLog(std::string topic, int32_t partition,
                                                                           int64_t offset) override;
  async::Task<absl::Status> CreateTopics(std::vector<backlog::TopicSpec> topics) override;
  async::Task<absl::Status> DeleteTopics(std::vector<std::string> topics) override;
  async::Task<absl::Status> Trim(std::string topic, std::map<int32_t, int64_t> offsets) override;
  async::Task<absl::StatusOr<int32_t>> Partitions(std::string topic) override;

 private:
  KafkaLink link_;
};

}  // namespace causeway::simulation
