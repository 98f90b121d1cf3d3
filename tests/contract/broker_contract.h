// The contract suite of backlog::Broker (README.md). A program that links causeway_broker_contract runs it by
//
//   INSTANTIATE_TEST_SUITE_P(Kafka, BrokerContract, testing::Values(WorldKind{"real", MakeWorld}), WorldName);
//
// in namespace causeway::contract.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/async/scope.h"
#include "common/async/task.h"
#include "gtest/gtest.h"
#include "tests/contract/broker_world.h"

namespace causeway::contract {

class BrokerContract : public testing::TestWithParam<WorldKind> {
 protected:
  using Messages = std::vector<backlog::Message>;
  using Offsets = std::vector<int64_t>;
  using Event = backlog::GroupConsumer::Event;
  using Revoked = backlog::GroupConsumer::Revoked;
  using Assigned = backlog::GroupConsumer::Assigned;

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

  // Runs the coroutine in the process until it ends; fails the test when that takes longer than `limit`.
  template <typename T>
  T Await(Process& process, async::Task<T> task, absl::Duration limit = absl::Minutes(1)) {
    std::optional<T> result;
    Begin(process, std::move(task), result);
    if (!world_->RunUntil([&] { return result.has_value(); }, limit)) {
      process.scope->Clear();  // The task refers to this frame.
      throw std::runtime_error("still running after " + absl::FormatDuration(limit));
    }
    return *std::move(result);
  }
  // Lets it run beside the test. `result` outlives it.
  template <typename T>
  void Begin(Process& process, async::Task<T> task, std::optional<T>& result) {
    process.scope->Spawn(Keep(std::move(task), result));
  }
  // Lets the world go on for a while in which something must not happen.
  void Pass(absl::Duration time);

  // A name of this test's own: the real broker is shared by all tests of a program.
  std::string Named(absl::string_view what) const;
  // Makes a topic of that name.
  std::string MakeTopic(absl::string_view what, int32_t partitions, std::map<std::string, std::string> config = {});

  // Producing.
  void OpenProducer(Process& process, const std::string& id);
  absl::StatusOr<Offsets> Commit(Process& process, backlog::Transaction transaction,
                                 absl::Duration patience = absl::Seconds(20));
  // Tries again while it is UNAVAILABLE, as broker.h allows after anything.
  absl::Status CommitPatiently(Process& process, const backlog::Transaction& transaction);
  // One transaction of the values "first", "first + 1" … under keys of the same name.
  static backlog::Transaction Numbers(const std::string& topic, int32_t partition, int first, int count);
  static backlog::Transaction OneMessage(const std::string& topic, int32_t partition, std::string key,
                                         std::optional<std::string> value);
  // A transaction that is refused for its second message, larger than a topic takes unless it is told to: the first one
  // may be in the log by then, to be aborted.
  static backlog::Transaction Refused(const std::string& topic, int32_t partition);
  // Begins to commit and kills the process when `after` has passed: the transaction is decided, or left open, or not
  // begun.
  void CutOff(Process& process, backlog::Transaction transaction, absl::Duration after);

  // Commits while `fault` strikes, when `after` has passed: what the commit says.
  absl::Status CommitDuring(Process& process, backlog::Transaction transaction, absl::Duration after,
                            absl::FunctionRef<void()> fault, absl::Duration patience);
  // A transaction that must land, by the rules of broker.h, after a Commit of it has said `said`: again while that is
  // UNAVAILABLE, and by opening the id anew, which decides what became of it, when the producer is beyond use. Its last
  // value is no other transaction's.
  void Land(Process& process, const std::string& id, const backlog::Transaction& transaction, absl::Status said);

  // Reading logs.
  absl::Status OpenLog(Process& process, const std::string& topic, int32_t partition,
                       int64_t offset = backlog::kLogStart);
  // Everything from where the process' reader stands to the end.
  absl::StatusOr<Messages> ReadToEnd(Process& process);
  // All committed values of a partition, read by a process of its own.
  std::vector<std::string> Values(const std::string& topic, int32_t partition);

  // Groups.
  void Join(Process& process, const std::string& group, const std::string& topic);
  // The next event that isn't "nothing yet".
  Event NextEvent(Process& process, absl::Duration patience = absl::Minutes(1));
  // Obeys Revoked events until partitions are assigned.
  std::vector<int32_t> NextAssignment(Process& process, absl::Duration patience = absl::Minutes(1));
  // Follows the group, releasing what is revoked, until `shares` are how many partitions the members own.
  void AwaitShares(const std::vector<Process*>& members, const std::vector<size_t>& shares);
  absl::Status Start(Process& process, const std::map<int32_t, int64_t>& offsets);
  absl::StatusOr<Messages> Fetch(Process& process, int32_t partition, size_t max,
                                 absl::Duration patience = absl::Seconds(20));
  // `count` records, in as many fetches as it takes.
  absl::StatusOr<Messages> FetchAll(Process& process, int32_t partition, size_t count);
  // The same of partition 0 from its start, for a member whose group may hand the partition out anew at any time.
  absl::StatusOr<Messages> FetchAllWhateverTheGroupDoes(Process& process, size_t count);
  absl::StatusOr<std::map<int32_t, backlog::GroupOffset>> Committed(Process& process, std::vector<int32_t> partitions);

  std::unique_ptr<BrokerWorld> world_;
  std::vector<std::unique_ptr<Process>> processes_;

 private:
  template <typename T>
  static async::Task<void> Keep(async::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
};

std::vector<std::string> ValuesOf(const std::vector<backlog::Message>& messages);

inline std::string WorldName(const testing::TestParamInfo<WorldKind>& info) { return info.param.name; }

}  // namespace causeway::contract
