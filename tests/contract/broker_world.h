// BrokerWorld: what the contract of backlog::Broker needs of the world it runs in, so that one suite
// (broker_contract.h) holds both the real broker and the simulation's model to the comments of backlog/broker.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/backlog/broker.h"

namespace causeway::contract {

// A transaction of a client that is none of the world's processes, held open as long as a test likes;
// TransactionalProducer has no such thing.
class OpenTransaction {
 public:
  // Leaves it open, as a client that dies.
  virtual ~OpenTransaction() = default;

  // Once. In the log, undecided, when it returns.
  virtual void Produce(const std::string& topic, int32_t partition, const std::string& value) = 0;
  // The client is no member of the group: it must have none.
  virtual void SendOffset(const std::string& group, const std::string& topic, int32_t partition,
                          const backlog::GroupOffset& offset) = 0;
  virtual void Commit() = 0;
  virtual void Abort() = 0;
};

// A broker, and processes that use it. One thread.
//
// Life: one world a test; destroying it ends what is left of its processes and mends the broker. The suite destroys its
// producers, consumers, log readers and tasks of a process before Kill, and before the world.
class BrokerWorld {
 public:
  // What the tests' patience follows from.
  struct Times {
    absl::Duration session;      // Of the groups' members.
    absl::Duration rebalance;    // Within which Revoked wants its Release.
    absl::Duration transaction;  // After which the broker aborts what nobody decides.
    absl::Duration slack;        // On top of any of these: scheduling, the broker's own rounds.
  };

  virtual ~BrokerWorld() = default;

  // A new process with a loop and a Broker of its own; processes may share a thread. Returns its number.
  virtual int StartProcess() = 0;
  virtual async::Loop& loop(int process) = 0;
  virtual backlog::Broker& broker(int process) = 0;

  // Ends the process as kill -9 does: the broker is told nothing, connections break.
  virtual void Kill(int process) = 0;

  virtual std::unique_ptr<OpenTransaction> BeginTransaction(const std::string& transactional_id) = 0;

  // Ends the broker at once, as kill -9 does: connections break, and none can be made until it is restarted. What it
  // has acknowledged survives. RestartBroker takes a while and returns when requests are served.
  virtual void StopBroker() = 0;
  virtual void RestartBroker() = 0;

  // The broker answers nothing more, and no connection breaks for it, until it is resumed.
  virtual void HangBroker() = 0;
  virtual void ResumeBroker() = 0;

  // Lets the world go on until the condition holds (true), or `limit` of the loops' time has passed (false).
  virtual bool RunUntil(absl::FunctionRef<bool()> condition, absl::Duration limit) = 0;

  virtual Times times() const = 0;

  // Asks for the compaction of topics with cleanup.policy=compact, where it doesn't come by itself.
  virtual void Compact() {}
};

// What a suite is instantiated with: a name for the tests' names, and how a world is made.
struct WorldKind {
  std::string name;
  std::function<std::unique_ptr<BrokerWorld>()> make;
};

}  // namespace causeway::contract
