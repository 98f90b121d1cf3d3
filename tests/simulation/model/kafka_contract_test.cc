// The contract of backlog::Broker against the model (tests/contract/README.md).
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/contract/broker_contract.h"
#include "tests/simulation/model/kafka_model.h"

namespace causeway::contract {
namespace {

class ModelWorld final : public BrokerWorld {
 public:
  explicit ModelWorld(uint64_t seed) : simulation_(seed), faults_(seed, {}) {}

  int StartProcess() override {
    const std::string name = absl::StrCat("process-", processes_.size());
    processes_.push_back(std::make_unique<simulation::Process>(
        simulation_, network_.AddParty(name), name, [this](simulation::Process& process) -> std::shared_ptr<void> {
          return kafka_.Connect(process);
        }));
    simulation::Process& process = *processes_.back();
    process.Start();
    if (hangs_) network_.Cut(process.party(), kafka_.party());
    return static_cast<int>(processes_.size()) - 1;
  }
  async::Loop& loop(int process) override { return processes_[process]->loop(); }
  backlog::Broker& broker(int process) override {
    return *static_cast<backlog::Broker*>(processes_[process]->program());
  }
  void Kill(int process) override { processes_[process]->Kill(); }

  void StopBroker() override { kafka_.TakeDown(); }
  void RestartBroker() override {
    simulation_.RunUntil(simulation_.Now() + absl::Seconds(2));
    kafka_.BringUp();
  }

  void HangBroker() override {
    hangs_ = true;
    for (const auto& process : processes_) network_.Cut(process->party(), kafka_.party());
  }
  void ResumeBroker() override {
    hangs_ = false;
    network_.HealAll();
  }

  bool RunUntil(absl::FunctionRef<bool()> condition, absl::Duration limit) override {
    const async::Instant end = simulation_.Now() + limit;
    while (!condition()) {
      if (simulation_.Now() >= end) return false;
      // Nothing may be left to happen; time passes all the same.
      simulation_.RunUntil(std::min(end, simulation_.Now() + absl::Milliseconds(1)));
    }
    return true;
  }

  Times times() const override {
    const simulation::KafkaTiming& timing = kafka_.timing();
    return {.session = timing.group.session,
            .rebalance = timing.group.rebalance,
            .transaction = timing.transaction,
            .slack = absl::Seconds(10)};
  }

  void Compact() override { kafka_.Compact(); }

 private:
  simulation::Simulation simulation_;
  simulation::Faults faults_;
  simulation::Network network_{simulation_, faults_};
  simulation::KafkaModel kafka_{simulation_, network_, faults_};
  bool hangs_ = false;
  std::vector<std::unique_ptr<simulation::Process>> processes_;
};

WorldKind Model(uint64_t seed) {
  return {absl::StrCat("seed", seed), [seed] { return std::make_unique<ModelWorld>(seed); }};
}

INSTANTIATE_TEST_SUITE_P(Model, BrokerContract, testing::Values(Model(1), Model(2), Model(3), Model(4), Model(5)), WorldName);

}  // namespace
}  // namespace causeway::contract
