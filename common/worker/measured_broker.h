// MeasuredBroker: a Broker that measures how long transactions take, and how long it takes to restore the index.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/backlog/broker.h"
#include "common/metrics/registry.h"

namespace causeway::worker {

class MeasuredBroker final : public backlog::Broker {
 public:
  // All outlive it and what it makes.
  MeasuredBroker(async::Loop& loop, backlog::Broker& broker, metrics::Registry& registry)
      : loop_(loop), broker_(broker), registry_(registry) {}

  async::Task<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> OpenProducer(
      std::string transactional_id) override;
  async::Task<absl::StatusOr<std::unique_ptr<backlog::GroupConsumer>>> Join(std::string group,
                                                                            std::string topic) override {
    return broker_.Join(std::move(group), std::move(topic));
  }
  async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> OpenLog(std::string topic, int32_t partition,
                                                                           int64_t offset) override;
  async::Task<absl::Status> CreateTopics(std::vector<backlog::TopicSpec> topics) override {
    return broker_.CreateTopics(std::move(topics));
  }
  async::Task<absl::Status> DeleteTopics(std::vector<std::string> topics) override {
    return broker_.DeleteTopics(std::move(topics));
  }
  async::Task<absl::Status> Trim(std::string topic, std::map<int32_t, int64_t> offsets) override {
    return broker_.Trim(std::move(topic), std::move(offsets));
  }
  async::Task<absl::StatusOr<int32_t>> Partitions(std::string topic) override {
    return broker_.Partitions(std::move(topic));
  }

 private:
  async::Loop& loop_;
  backlog::Broker& broker_;
  metrics::Registry& registry_;
};

}  // namespace causeway::worker
