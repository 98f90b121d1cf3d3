// KafkaWorld: the contract's world of the real broker: processes are KafkaBrokers on one loop.
//
// Killing a process destroys its KafkaBroker, which for Kafka is what kill -9 is: connections break, nothing is said.
#pragma once

#include <memory>
#include <vector>

#include "common/async/io_loop.h"
#include "common/backlog/kafka_broker.h"
#include "tests/contract/broker_world.h"

namespace causeway::contract {

class KafkaWorld final : public BrokerWorld {
 public:
  // Times that tests can wait for.
  static backlog::KafkaOptions TestOptions(const std::string& bootstrap_servers);

  explicit KafkaWorld(backlog::KafkaOptions options) : options_(std::move(options)) {}

  int StartProcess() override;
  async::Loop& loop(int) override { return loop_; }
  backlog::Broker& broker(int process) override { return *brokers_[process]; }
  void Kill(int process) override { brokers_[process].reset(); }
  bool RunUntil(absl::FunctionRef<bool()> condition, absl::Duration limit) override;
  Times times() const override;

 private:
  const backlog::KafkaOptions options_;
  async::IoLoop loop_;
  std::vector<std::unique_ptr<backlog::KafkaBroker>> brokers_;
};

}  // namespace causeway::contract
