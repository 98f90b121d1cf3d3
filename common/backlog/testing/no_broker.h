// NoBroker: a Broker for unit tests that has nothing; a test overrides what it needs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/backlog/broker.h"

namespace causeway::backlog {

class NoBroker : public Broker {
 public:
  async::Task<absl::StatusOr<std::unique_ptr<TransactionalProducer>>> OpenProducer(std::string) override {
    co_return absl::UnimplementedError("no broker");
  }
  async::Task<absl::StatusOr<std::unique_ptr<GroupConsumer>>> Join(std::string, std::string) override {
    co_return absl::UnimplementedError("no broker");
  }
  async::Task<absl::StatusOr<std::unique_ptr<LogReader>>> OpenLog(std::string, int32_t, int64_t) override {
    co_return absl::UnimplementedError("no broker");
  }
  async::Task<absl::Status> CreateTopics(std::vector<TopicSpec>) override { co_return absl::UnimplementedError("no broker"); }
  async::Task<absl::Status> DeleteTopics(std::vector<std::string>) override { co_return absl::UnimplementedError("no broker"); }
  async::Task<absl::Status> Trim(std::string, std::map<int32_t, int64_t>) override {
    co_return absl::UnimplementedError("no broker");
  }
  async::Task<absl::StatusOr<int32_t>> Partitions(std::string) override { co_return absl::UnimplementedError("no broker"); }
};

}  // namespace causeway::backlog
