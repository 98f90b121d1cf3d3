// The contract suite of backlog::Broker (README.md). A program that links causeway_broker_contract runs it by
//
//   INSTANTIATE_TEST_SUITE_P(Kafka, BrokerContract, testing::Values(WorldKind{"real", MakeWorld}), WorldName);
//
// in namespace causeway::contract.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/async/scope.h"
#include "common/async/task.h"
#include "gtest/gtest.h"
#include "tests/contract/broker_world.h"

namespace causeway::contract {

class BrokerContract : public testing::TestWithParam<WorldKind> {
 protected:
  using Messages = std::vector<backlog::Message>;
  using Offsets = std::vector<int64_t>;

  // What a process holds; all of it dies with the process.
  struct Process {
    int number = 0;
    std::unique_ptr<backlog::TransactionalProducer> producer;
    std::unique_ptr<backlog::GroupConsumer> consumer;
    std::unique_ptr<backlog::LogReader> log;
    std::unique_ptr<async::Scope> scope;  // Destroyed first.
  };

  BrokerContract();
  ~BrokerContract() override;

  Process& StartProcess();
  void Kill(Process& process);
  backlog::Broker& broker(const Process& process) { return world_->broker(process.number); }
  async::Instant Now(const Process& process) { return world_->loop(process.number).Now(); }

  // Runs the coroutine in the process until it ends; a failure when that takes longer than `limit`.
  template <typename T>
  T Await(Process& process, async::Task<T> task, absl::Duration limit = absl::Minutes(2)) {
    std::optional<T> result;
    process.scope->Spawn(Keep(std::move(task), result));
    const bool ended = world_->RunUntil([&] { return result.has_value(); }, limit);
    if (!ended) ADD_FAILURE() << "still running after " << absl::FormatDuration(limit);
    if (!ended) std::abort();  // There is no value to go on with, and the task refers to this frame.
    return *std::move(result);
  }
  // Lets it run beside the test; `result` outlives the process.
  template <typename T>
  void Begin(Process& process, async::Task<T> task, std::optional<T>& result) {
    process.scope->Spawn(Keep(std::move(task), result));
  }
  // Lets the world go on for a while in which something must not happen.
  void Pass(absl::Duration time);

  // A name of this test's own: the real broker is shared by all tests of a program.
  std::string Named(absl::string_view what) const;
  // A topic of this test's own, made by a process that is gone.
  std::string MakeTopic(int32_t partitions, std::map<std::string, std::string> config = {});

  // Producing.
  void OpenProducer(Process& process, const std::string& id);
  absl::StatusOr<Offsets> Commit(Process& process, backlog::Transaction transaction,
                                 absl::Duration patience = absl::Seconds(20));
  // Commits "v0", "v1" … under keys "k0", "k1" … in one transaction.
  Offsets CommitValues(Process& process, const std::string& topic, int32_t partition, int first, int count);
  // Messages and a transaction that stays open: the process is killed while the broker has not heard of a decision.
  static backlog::Transaction Message(const std::string& topic, int32_t partition, std::string key, std::string value);

  // Reading logs.
  void OpenLog(Process& process, const std::string& topic, int32_t partition, int64_t offset = backlog::kLogStart);
  absl::StatusOr<Messages> ReadToEnd(Process& process);
  // All committed values of a partition, read by a process of its own.
  std::vector<std::string> Values(const std::string& topic, int32_t partition);

  // Groups.
  void Join(Process& process, const std::string& group, const std::string& topic);
  // The next event that isn't "nothing yet".
  backlog::GroupConsumer::Event NextEvent(Process& process, absl::Duration patience = absl::Minutes(1));
  // Obeys Revoked events until partitions are assigned; the ids in order.
  std::vector<int32_t> NextAssignment(Process& process, absl::Duration patience = absl::Minutes(1));
  // Lets all follow the group until each owns `each` partitions.
  void AwaitShares(std::vector<Process*> processes, size_t each);
  absl::StatusOr<Messages> Fetch(Process& process, int32_t partition, size_t max,
                                 absl::Duration patience = absl::Seconds(20));
  // Exactly `count` records, in as many fetches as it takes.
  absl::StatusOr<Messages> FetchAll(Process& process, int32_t partition, size_t count);

  std::unique_ptr<BrokerWorld> world_;
  std::vector<std::unique_ptr<Process>> processes_;

 private:
  template <typename T>
  static async::Task<void> Keep(async::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
};

inline std::string WorldName(const testing::TestParamInfo<WorldKind>& info) { return info.param.name; }

}  // namespace causeway::contract
