// KafkaModel: a Kafka cluster of the simulation, as far as Causeway can see it. backlog/broker.h's comments are its
// contract, and tests/contract holds it and the real broker to them.
//
// Life: construct; hand Connect's Broker to each process (a new one each life); the faults below at any time. The logs
// survive everything: acknowledged records are on enough disks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/backlog/broker.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/model/kafka_group.h"
#include "tests/simulation/model/kafka_log.h"
#include "tests/simulation/model/kafka_transactions.h"
#include "tests/simulation/network.h"
#include "tests/simulation/process.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

// As common/backlog/kafka_broker.h has them.
struct KafkaTiming {
  KafkaGroup::Timing group;
  absl::Duration heartbeat = absl::Milliseconds(1500);
  absl::Duration transaction = absl::Seconds(10);
};

class KafkaModel {
 public:
  KafkaModel(Simulation& simulation, Network& network, Faults& faults, KafkaTiming timing = {});

  std::unique_ptr<backlog::Broker> Connect(Process& process);

  // Faults.
  void TakeDown();
  void BringUp();
  bool up() const { return up_; }
  void MoveCoordinators(absl::Duration takes);
  // Of the topics with cleanup.policy=compact, by their delete.retention.ms.
  void Compact();
  void ExpireOffsets();
  // Somebody deletes what is below the offset, or a whole topic; the newest records are lost. Whoever observes is told before and after.
  void Cut(const std::string& topic, int32_t partition, int64_t offset);
  void LoseEnd(const std::string& topic, int32_t partition, size_t entries);
  void Destroy(const std::string& topic);
  void ObserveDamage(std::function<void(const std::string& topic)> observer) { on_damage_ = std::move(observer); }

  // The broker's side of the requests; also for invariants.
  KafkaLog* Log(const std::string& topic, int32_t partition);
  KafkaGroup& Group(const std::string& group, const std::string& topic);
  KafkaTransactions& transactions() { return transactions_; }
  bool coordinators_ready() const { return coordinators_ready_; }
  absl::Status CreateTopic(const backlog::TopicSpec& spec);
  void DeleteTopic(const std::string& name);
  std::optional<int32_t> Partitions(const std::string& topic) const;
  int64_t MaxMessageBytes(const std::string& topic) const;

  // Carries a request from a process to the broker, and an answer back. What is lost breaks the connection, which the
  // process notices after a while by `broken`. Both run under the simulation, not in the process.
  void CarryRequest(int from, std::function<void()> request, std::function<void()> broken);
  void CarryAnswer(int to, std::function<void()> answer, std::function<void()> broken);
  // For a producer that commits: whether it never hears what became of it.
  bool LosesOutcome() { return faults_.Strikes(Fault::kCommitUnknown); }

  Simulation& simulation() { return simulation_; }
  const KafkaTiming& timing() const { return timing_; }
  int party() const { return party_; }

 private:
  struct Topic {
    backlog::TopicSpec spec;
    std::vector<std::unique_ptr<KafkaLog>> logs;
  };

  void Break(std::function<void()> broken);

  Simulation& simulation_;
  Network& network_;
  Faults& faults_;
  const KafkaTiming timing_;
  const int party_;
  bool up_ = true;
  bool coordinators_ready_ = true;
  Simulation::EventId coordinators_back_ = 0;
  std::map<std::string, Topic> topics_;
  // Nobody finds them any more; open transactions and fetches may still point to their logs.
  std::vector<Topic> deleted_;
  std::map<std::string, std::unique_ptr<KafkaGroup>> groups_;
  std::map<std::string, std::string> consumed_;  // By group: its topic.
  std::function<void(const std::string&)> on_damage_ = [](const std::string&) {};
  KafkaTransactions transactions_;
};

}  // namespace causeway::simulation
