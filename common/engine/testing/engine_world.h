// EngineTest: replicas that run one workflow in the simulated world, with a source and a destination that are plain maps, for
// tests of the engine's own rules: what happens between a page and a write. Whole schedules of faults are tests/simulation's
// business.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/backlog/record.h"
#include "common/backlog/topics.h"
#include "common/engine/testing/outside.h"
#include "common/engine/testing/replica.h"
#include "common/engine/workflow.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/model/kafka_model.h"
#include "tests/simulation/network.h"
#include "tests/simulation/process.h"
#include "tests/simulation/simulation.h"

namespace causeway::engine {

class EngineTest : public testing::Test {
 protected:
  // What the controller writes with each Start and Stop.
  void TellRun(int64_t run, bool ended) {
    bool done = false;
    async::Scope scope(observer_->loop());
    scope.Spawn(CommitRun(*reader_broker_, topics_, run, ended, done));
    ASSERT_TRUE(RunUntil([&] { return done; }));
  }
  static async::Task<void> CommitRun(backlog::Broker& broker, backlog::WorkflowTopics topics, int64_t run, bool ended, bool& done) {
    auto partition = co_await FindCheckpointsPartition(broker, topics);
    auto producer = co_await broker.OpenProducer("controller");
    v1::RunCheckpoint checkpoint;
    checkpoint.set_run(run);
    checkpoint.set_ended(ended);
    backlog::Transaction transaction;
    transaction.messages.push_back(
        {std::string(backlog::kCheckpointsTopic), *partition, topics.run_key(), checkpoint.SerializeAsString()});
    auto committed = co_await (*producer)->Commit(std::move(transaction), absl::InfiniteDuration());
    EXPECT_TRUE(committed.ok()) << committed.status();
    done = true;
  }
  // How many there are; all have the code and their row's beginning.
  int DeadLetters(const std::string& code) {
    int letters = 0;
    for (int partition = 0; partition < kPartitions; ++partition) {
      bool done = false;
      async::Scope scope(observer_->loop());
      scope.Spawn(ReadDeadLetters(*reader_broker_, topics_.dead_letters(), partition, code, letters, done));
      EXPECT_TRUE(RunUntil([&] { return done; }));
    }
    return letters;
  }
  static async::Task<void> ReadDeadLetters(backlog::Broker& broker, std::string topic, int partition, std::string code,
                                           int& letters, bool& done) {
    auto log = co_await broker.OpenLog(std::move(topic), partition, backlog::kLogStart);
    for (bool end = false; !end;) {
      auto batch = co_await (*log)->Next();
      for (const backlog::Message& message : batch->messages) {
        v1::DeadLetterRecord letter;
        EXPECT_TRUE(letter.ParseFromString(*message.value));
        EXPECT_EQ(letter.code(), code);
        EXPECT_FALSE(letter.record().row().empty());
        ++letters;
      }
      end = batch->reached_end;
    }
    done = true;
  }

  // `generation`: how often the workflow was reset.
  explicit EngineTest(int64_t generation = 0) : generation_(generation) {
    MapSource::fingerprint = "1";
    backlog::TopicSettings topics;
    topics.partitions = kPartitions;
    topics.checkpoints_partitions = kCheckpointsPartitions;
    for (const auto& spec : backlog::InstallationTopics(topics)) EXPECT_TRUE(kafka_.CreateTopic(spec).ok());
    for (const auto& spec : backlog::WorkflowTopicSpecs(topics_, topics)) EXPECT_TRUE(kafka_.CreateTopic(spec).ok());
    settings_.set_dispatch_window(16);
  }

  Process& AddReplica(const std::string& name, bool reader) {
    processes_.push_back(
        std::make_unique<Process>(simulation_, network_.AddParty(name), name, [this, reader](Process& process) {
          auto replica = std::make_shared<Replica>(process, kafka_, outside_, reader, run_, generation_, settings_);
          replicas_[process.name()] = replica.get();
          return replica;
        }));
    processes_.back()->Start();
    return *processes_.back();
  }
  Replica& replica(const std::string& name) { return *replicas_.at(name); }
  bool Shows(const std::string& name, const std::string& condition) {
    const v1::WorkflowReport report = replica(name).workflow->Report();
    return std::any_of(report.conditions().begin(), report.conditions().end(),
                       [&](const v1::Condition& shown) { return shown.type() == condition; });
  }

  bool RunUntil(std::function<bool()> condition, absl::Duration limit = absl::Minutes(10)) {
    const async::Instant end = simulation_.Now() + limit;
    while (!condition()) {
      if (simulation_.Now() >= end || !simulation_.Step()) return condition();
    }
    return true;
  }
  void RunFor(absl::Duration duration) { simulation_.RunUntil(simulation_.Now() + duration); }

  // What is durable of the workflow now.
  Checkpoints Look() {
    Checkpoints checkpoints(*reader_broker_, topics_);
    bool done = false;
    async::Scope scope(observer_->loop());
    auto body = [](Checkpoints& checkpoints, bool& done) -> async::Task<void> {
      EXPECT_TRUE((co_await checkpoints.CatchUp()).ok());
      done = true;
    };
    scope.Spawn(body(checkpoints, done));
    EXPECT_TRUE(RunUntil([&] { return done; }));
    return checkpoints;
  }
  int64_t Backlog() {
    const Checkpoints checkpoints = Look();
    int64_t backlog = 0;
    for (int64_t queued : checkpoints.queued.ordinals()) backlog += queued;
    for (const auto& [partition, finished] : checkpoints.finished) backlog -= finished.ordinal();
    return backlog;
  }
  // Asked after every event, so it looks only when enough has changed.
  bool Drained() {
    if (simulation_.Now() < next_look_) return false;
    next_look_ = simulation_.Now() + absl::Milliseconds(200);
    return outside_.InStep() && Backlog() == 0;
  }
  void Seed(int rows) {
    for (int i = 0; i < rows; ++i) outside_.Put(absl::StrCat("id", 1000 + i), absl::StrCat("first", i));
  }

  simulation::Simulation simulation_{1};
  simulation::Faults faults_{1, simulation::FaultRates{}};
  simulation::Network network_{simulation_, faults_};
  simulation::KafkaModel kafka_{simulation_, network_, faults_};
  static constexpr int32_t kCheckpointsPartitions = 3;
  const int64_t generation_;
  const backlog::WorkflowTopics topics_ = backlog::TopicsOf(kWorkflowName, "", generation_);
  const int32_t checkpoints_partition_ = backlog::CheckpointsPartition(topics_, kCheckpointsPartitions);
  v1::WorkflowSettings settings_;
  int64_t run_ = 1;  // Of the replicas that are begun.
  Outside outside_;
  async::Instant next_look_;
  std::map<std::string, Replica*> replicas_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::unique_ptr<backlog::Broker> reader_broker_;
  std::unique_ptr<Process> observer_ = [this] {
    auto process =
        std::make_unique<Process>(simulation_, network_.AddParty("observer"), "observer", [this](Process& process) {
          reader_broker_ = kafka_.Connect(process);
          return std::make_shared<int>(0);
        });
    process->Start();
    return process;
  }();
};

}  // namespace causeway::engine
