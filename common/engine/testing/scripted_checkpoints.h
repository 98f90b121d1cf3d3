// ScriptedCheckpoints: a Broker for unit tests whose only topic is causeway.checkpoints with one partition, read as the test says,
// and whose transactions take as long as the test says.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "causeway/v1/record.pb.h"
#include "common/async/sleep.h"
#include "common/backlog/testing/no_broker.h"
#include "common/backlog/topics.h"

namespace causeway::engine {

class ScriptedCheckpoints final : public backlog::NoBroker {
 public:
  explicit ScriptedCheckpoints(async::Loop& loop) : loop_(loop) {}

  void Put(std::string key, std::optional<std::string> value) {
    backlog::Message message;
    message.offset = static_cast<int64_t>(messages.size());
    message.key = std::move(key);
    message.value = std::move(value);
    messages.push_back(std::move(message));
  }
  void PutRun(const backlog::WorkflowTopics& topics, int64_t run, bool ended) {
    v1::RunCheckpoint checkpoint;
    checkpoint.set_run(run);
    checkpoint.set_ended(ended);
    Put(topics.run_key(), checkpoint.SerializeAsString());
  }

  async::Task<absl::StatusOr<int32_t>> Partitions(std::string) override { co_return 1; }
  async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> OpenLog(std::string, int32_t, int64_t) override {
    co_return std::unique_ptr<backlog::LogReader>(std::make_unique<Log>(*this));
  }
  async::Task<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> OpenProducer(std::string) override {
    co_return std::unique_ptr<backlog::TransactionalProducer>(std::make_unique<Producer>(*this));
  }

  std::vector<backlog::Message> messages;
  // Of a look: how long it takes, and whether it comes to the end. Not OK: it fails.
  absl::Duration look_takes = absl::Milliseconds(1);
  bool reaches_end = true;
  absl::Status look;
  // Of a commit.
  absl::Duration commit_takes = absl::Milliseconds(1);
  std::vector<backlog::Transaction> committed;

 private:
  class Log final : public backlog::LogReader {
   public:
    explicit Log(ScriptedCheckpoints& broker) : broker_(broker) {}
    async::Task<absl::StatusOr<Batch>> Next() override {
      // What comes after the asking needn't be seen.
      const size_t end = broker_.messages.size();
      const absl::Status look = broker_.look;
      co_await async::SleepFor(broker_.loop_, broker_.look_takes);
      if (!look.ok()) co_return look;
      Batch batch;
      batch.messages.assign(broker_.messages.begin() + next_, broker_.messages.begin() + end);
      next_ = end;
      batch.reached_end = broker_.reaches_end;
      co_return batch;
    }

   private:
    ScriptedCheckpoints& broker_;
    size_t next_ = 0;
  };
  class Producer final : public backlog::TransactionalProducer {
   public:
    explicit Producer(ScriptedCheckpoints& broker) : broker_(broker) {}
    async::Task<absl::StatusOr<std::vector<int64_t>>> Commit(backlog::Transaction transaction, async::Instant) override {
      co_await async::SleepFor(broker_.loop_, broker_.commit_takes);
      std::vector<int64_t> offsets(transaction.messages.size(), 0);
      broker_.committed.push_back(std::move(transaction));
      co_return offsets;
    }

   private:
    ScriptedCheckpoints& broker_;
  };

  async::Loop& loop_;
};

}  // namespace causeway::engine
