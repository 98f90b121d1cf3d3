// KafkaGroup: the broker's side of one consumer group: members, generations, eager rebalances, session time-outs,
// committed offsets with metadata, and offsets that wait for their transaction's decision (KIP-447).
//
// Join and sync are one step here: a rebalance ends when every member has joined again or its time is up, and the new
// generation's assignments go out to all.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/backlog/broker.h"
#include "tests/simulation/model/kafka_log.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

enum class GroupAnswer { kOk, kRebalancing, kUnknownMember, kIllegalGeneration };

class KafkaGroup {
 public:
  struct Timing {
    absl::Duration session = absl::Seconds(6);
    absl::Duration rebalance = absl::Seconds(60);
  };
  struct Joined {
    int32_t generation = 0;  // kJoinAgain: the coordinator is another one now.
    std::vector<int32_t> partitions;
  };
  static constexpr int32_t kJoinAgain = -1;
  using OnJoined = std::function<void(const Joined&)>;

  KafkaGroup(Simulation& simulation, std::string name, int32_t partitions, Timing timing)
      : simulation_(simulation), name_(std::move(name)), partitions_(partitions), timing_(timing) {}
  ~KafkaGroup();

  // Asks for a rebalance and answers when it is over.
  void Join(const std::string& member, OnJoined answer);
  GroupAnswer Heartbeat(const std::string& member, int32_t generation);
  void Leave(const std::string& member);

  // From a member, or, while there are none, from somebody who isn't ("").
  GroupAnswer AddPending(const std::string& member, int32_t generation, TransactionNumber transaction,
                         const std::map<int32_t, backlog::GroupOffset>& offsets);
  void Decide(TransactionNumber transaction, bool commit);
  // nullopt: a transaction on one of them isn't decided yet.
  std::optional<std::map<int32_t, backlog::GroupOffset>> Committed(const std::vector<int32_t>& partitions) const;
  const std::map<int32_t, backlog::GroupOffset>& offsets() const { return offsets_; }

  // offsets.retention.minutes have passed; only a group without members loses its offsets. Whether it did.
  bool ExpireOffsets();
  // Their topic is gone.
  void ForgetOffsets() { offsets_.clear(); }
  // The coordinator is another broker now: it gives every member its whole session time again, and joins that wait must
  // be repeated.
  void CoordinatorMoved();
  // No session or rebalance ends while the broker is down.
  void Suspend();
  void Resume() { CoordinatorMoved(); }

  // How often its partitions were handed out.
  int32_t generation() const { return generation_; }
  size_t members() const { return members_.size(); }

 private:
  struct Member {
    OnJoined answer;  // Waits for the rebalance to end.
    std::vector<int32_t> partitions;
    Simulation::EventId session = 0;
  };

  void Touch(const std::string& name, Member& member);
  void Remove(const std::string& member);
  void Rebalance();
  void CompleteIfAllJoined();
  void Complete();

  Simulation& simulation_;
  const std::string name_;
  const int32_t partitions_;
  const Timing timing_;
  std::map<std::string, Member> members_;
  int32_t generation_ = 0;
  bool rebalancing_ = false;
  Simulation::EventId rebalance_end_ = 0;
  std::map<int32_t, backlog::GroupOffset> offsets_;
  std::map<TransactionNumber, std::map<int32_t, backlog::GroupOffset>> pending_;
};

}  // namespace causeway::simulation
