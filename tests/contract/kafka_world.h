// KafkaWorld: the contract's world of the real broker: processes are KafkaBrokers on one loop.
//
// Killing a process destroys its KafkaBroker, which for Kafka is what kill -9 is: connections break, nothing is said.
#pragma once

#include <memory>
#include <vector>

#include "common/async/io_loop.h"
#include "common/backlog/kafka_broker.h"
#include "tests/contract/broker_world.h"
#include "tests/support/kafka_broker.h"

namespace causeway::contract {

class KafkaWorld final : public BrokerWorld {
 public:
  explicit KafkaWorld(test_support::KafkaBroker& kafka);
  ~KafkaWorld() override;

  int StartProcess() override;
  async::Loop& loop(int) override { return loop_; }
  backlog::Broker& broker(int process) override { return *brokers_[process]; }
  void Kill(int process) override { brokers_[process].reset(); }
  std::unique_ptr<OpenTransaction> BeginTransaction(const std::string& transactional_id) override;
  void StopBroker() override;
  void RestartBroker() override;
  void HangBroker() override { kafka_.Pause(); }
  void ResumeBroker() override { kafka_.Resume(); }
  bool RunUntil(absl::FunctionRef<bool()> condition, absl::Duration limit) override;
  Times times() const override;

 private:
  test_support::KafkaBroker& kafka_;
  bool stopped_ = false;
  const backlog::KafkaOptions options_;
  async::IoLoop loop_;
  std::vector<std::unique_ptr<backlog::KafkaBroker>> brokers_;
};

}  // namespace causeway::contract
