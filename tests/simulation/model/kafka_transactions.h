// KafkaTransactions: the broker's transaction coordinator: epochs that fence, the decision, markers that arrive one by
// one after it, time-outs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/backlog/broker.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/model/kafka_group.h"
#include "tests/simulation/model/kafka_log.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

enum class TransactionAnswer {
  kOk,
  kConcurrent,  // An earlier transaction of the id is being decided: ask again.
  kFenced,      // A later epoch exists, or the transaction has timed out.
  kNotMember,   // The consumer isn't in the group's present generation.
};

class KafkaTransactions {
 public:
  // Whose the request is: the transactional id, its epoch, and which of the producer's transactions, 1, 2, 3 …, so that
  // a request that comes twice or late is known as such (Kafka's sequence numbers).
  struct Sender {
    std::string id;
    int32_t epoch = 0;
    int64_t serial = 0;
  };
  struct Opened {
    TransactionAnswer answer;
    int32_t epoch = 0;
  };
  struct Appended {
    TransactionAnswer answer;
    std::vector<int64_t> offsets;
  };
  struct Target {
    KafkaLog* log;
    const backlog::OutgoingMessage* message;
  };

  KafkaTransactions(Simulation& simulation, Faults& faults, absl::Duration timeout)
      : simulation_(simulation), faults_(faults), timeout_(timeout) {}
  ~KafkaTransactions();

  Opened Open(const std::string& id);
  Appended Append(const Sender& sender, const std::vector<Target>& targets);
  TransactionAnswer AddOffsets(const Sender& sender, KafkaGroup& group, const std::string& member, int32_t generation,
                               const std::map<int32_t, backlog::GroupOffset>& offsets);
  TransactionAnswer End(const Sender& sender, bool commit);

  void Suspend();
  void Resume();

 private:
  struct Producer {
    std::string id;
    int32_t epoch = 0;
    TransactionNumber transaction = 0;  // 0: none is open.
    int64_t serial = 0;                 // Of the open transaction, or of the last one.
    bool last_committed = false;
    std::vector<int64_t> offsets;  // Of the open transaction's records.
    bool appended = false;
    std::vector<KafkaLog*> logs;  // Each once, in the order of their first records.
    std::vector<KafkaGroup*> groups;
    int markers_missing = 0;
    Simulation::EventId timeout = 0;
  };

  void Say(const Producer& producer, absl::string_view what) const;
  // The producer with an open transaction of that serial, or why not.
  TransactionAnswer Begin(const Sender& sender, Producer** producer);
  void Decide(Producer& producer, bool commit);
  void WriteMarker(Producer& producer, std::function<void()> write);
  void ArmTimeout(Producer& producer);

  Simulation& simulation_;
  Faults& faults_;
  const absl::Duration timeout_;
  std::map<std::string, Producer> producers_;
  TransactionNumber last_transaction_ = 0;
};

}  // namespace causeway::simulation
