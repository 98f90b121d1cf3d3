// The contract of backlog::Broker against the model (tests/contract/README.md).
#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/contract/broker_contract.h"
#include "tests/simulation/model/kafka_model.h"

namespace causeway::contract {
namespace {

// Asks the broker without a client between them.
class ModelTransaction final : public OpenTransaction {
 public:
  ModelTransaction(simulation::KafkaModel& kafka, const std::string& id) : kafka_(kafka), sender_{id, 0, 1} {
    simulation::Simulation& simulation = kafka.simulation();
    simulation::KafkaTransactions::Opened opened;
    while ((opened = transactions().Open(id)).answer != simulation::TransactionAnswer::kOk) {
      simulation.RunUntil(simulation.Now() + absl::Milliseconds(1));
    }
    sender_.epoch = opened.epoch;
  }

  void Produce(const std::string& topic, int32_t partition, const std::string& value) override {
    const backlog::OutgoingMessage message{topic, partition, "key", value};
    Check(transactions().Append(sender_, {{kafka_.Log(topic, partition), &message}}).answer);
  }
  void SendOffset(const std::string& group, const std::string& topic, int32_t partition,
                  const backlog::GroupOffset& offset) override {
    simulation::KafkaGroup& kept = kafka_.Group(group, topic);
    Check(transactions().AddOffsets(sender_, kept, "", kept.generation(), {{partition, offset}}));
  }
  void Commit() override { Check(transactions().End(sender_, true)); }
  void Abort() override { Check(transactions().End(sender_, false)); }

 private:
  simulation::KafkaTransactions& transactions() { return kafka_.transactions(); }
  static void Check(simulation::TransactionAnswer answer) {
    if (answer != simulation::TransactionAnswer::kOk) throw std::runtime_error("the broker doesn't take it");
  }

  simulation::KafkaModel& kafka_;
  simulation::KafkaTransactions::Sender sender_;
};

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
    if (hangs_) CutOff(process);
    return static_cast<int>(processes_.size()) - 1;
  }
  async::Loop& loop(int process) override { return processes_[process]->loop(); }
  backlog::Broker& broker(int process) override {
    return *static_cast<backlog::Broker*>(processes_[process]->program());
  }
  void Kill(int process) override { processes_[process]->Kill(); }

  std::unique_ptr<OpenTransaction> BeginTransaction(const std::string& transactional_id) override {
    return std::make_unique<ModelTransaction>(kafka_, transactional_id);
  }

  void StopBroker() override { kafka_.TakeDown(); }
  void RestartBroker() override {
    simulation_.RunUntil(simulation_.Now() + absl::Seconds(2));
    kafka_.BringUp();
  }

  void HangBroker() override {
    hangs_ = true;
    for (const auto& process : processes_) CutOff(*process);
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
  void CutOff(simulation::Process& process) {
    network_.Cut(process.party(), kafka_.party());
    network_.Cut(kafka_.party(), process.party());
  }

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
