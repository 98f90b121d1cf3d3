#include "tests/simulation/model/kafka_transactions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {
namespace {

template <typename T>
void AddOnce(std::vector<T*>& all, T* one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

}  // namespace

KafkaTransactions::~KafkaTransactions() { Suspend(); }

KafkaTransactions::Opened KafkaTransactions::Open(const std::string& id) {
  Producer& producer = producers_[id];
  producer.id = id;
  if (producer.transaction != 0) {
    Say(producer, "is fenced");
    // From here on the earlier producer is fenced, even if the transaction's abort takes its time.
    ++producer.epoch;
    Decide(producer, false);
    return {TransactionAnswer::kConcurrent};
  }
  if (producer.markers_missing > 0) return {TransactionAnswer::kConcurrent};
  ++producer.epoch;
  producer.serial = 0;
  return {TransactionAnswer::kOk, producer.epoch};
}

TransactionAnswer KafkaTransactions::Begin(const Sender& sender, Producer** found) {
  Producer& producer = producers_[sender.id];
  if (sender.epoch != producer.epoch) return TransactionAnswer::kFenced;
  if (producer.markers_missing > 0) return TransactionAnswer::kConcurrent;
  if (producer.transaction == 0) {
    if (sender.serial <= producer.serial) return TransactionAnswer::kFenced;  // Late: that one is over.
    producer.transaction = ++last_transaction_;
    producer.serial = sender.serial;
    producer.offsets.clear();
    producer.appended = false;
    ArmTimeout(producer);
  } else if (sender.serial != producer.serial) {
    return TransactionAnswer::kFenced;
  }
  *found = &producer;
  return TransactionAnswer::kOk;
}

void KafkaTransactions::ArmTimeout(Producer& producer) {
  simulation_.Cancel(producer.timeout);
  producer.timeout = simulation_.After(timeout_, [this, &producer] {
    producer.timeout = 0;
    if (producer.transaction == 0) return;
    Say(producer, "has timed out");
    ++producer.epoch;
    Decide(producer, false);
  });
}

KafkaTransactions::Appended KafkaTransactions::Append(const Sender& sender, const std::vector<Target>& targets) {
  Producer* producer = nullptr;
  const TransactionAnswer answer = Begin(sender, &producer);
  if (answer != TransactionAnswer::kOk) return {answer, {}};
  if (!std::exchange(producer->appended, true)) {
    for (const Target& target : targets) {
      AddOnce(producer->logs, target.log);
      producer->offsets.push_back(
          target.log->Append(producer->transaction, target.message->key, target.message->value));
    }
  }
  return {TransactionAnswer::kOk, producer->offsets};
}

TransactionAnswer KafkaTransactions::AddOffsets(const Sender& sender, KafkaGroup& group, const std::string& member,
                                                int32_t generation,
                                                const std::map<int32_t, backlog::GroupOffset>& offsets) {
  Producer* producer = nullptr;
  const TransactionAnswer answer = Begin(sender, &producer);
  if (answer != TransactionAnswer::kOk) return answer;
  if (group.AddPending(member, generation, producer->transaction, offsets) != GroupAnswer::kOk) {
    return TransactionAnswer::kNotMember;
  }
  AddOnce(producer->groups, &group);
  return TransactionAnswer::kOk;
}

TransactionAnswer KafkaTransactions::End(const Sender& sender, bool commit) {
  Producer& producer = producers_[sender.id];
  if (sender.epoch != producer.epoch) return TransactionAnswer::kFenced;
  if (producer.transaction == 0) {
    // The answer to an earlier End was lost, or nothing had begun.
    if (sender.serial == producer.serial && producer.last_committed == commit) return TransactionAnswer::kOk;
    return sender.serial > producer.serial && !commit ? TransactionAnswer::kOk : TransactionAnswer::kFenced;
  }
  if (sender.serial != producer.serial) return TransactionAnswer::kFenced;
  Decide(producer, commit);
  return TransactionAnswer::kOk;
}

void KafkaTransactions::Decide(Producer& producer, bool commit) {
  const TransactionNumber transaction = std::exchange(producer.transaction, 0);
  simulation_.Cancel(std::exchange(producer.timeout, 0));
  producer.last_committed = commit;
  Say(producer, commit ? "commits" : "aborts");
  for (KafkaLog* log : std::exchange(producer.logs, {})) {
    WriteMarker(producer, [log, transaction, commit] { log->Decide(transaction, commit); });
  }
  for (KafkaGroup* group : std::exchange(producer.groups, {})) {
    WriteMarker(producer, [group, transaction, commit] { group->Decide(transaction, commit); });
  }
}

void KafkaTransactions::Say(const Producer& producer, absl::string_view what) const {
  if (!simulation_.tracing()) return;
  simulation_.Trace(absl::StrCat("kafka: ", producer.id, " ", what, ", transaction ", producer.serial, " of epoch ",
                                 producer.epoch, ", ", producer.offsets.size(), " records"));
}

void KafkaTransactions::WriteMarker(Producer& producer, std::function<void()> write) {
  ++producer.markers_missing;
  absl::Duration delay = absl::Microseconds(50 + simulation_.dice().Below(2000));
  if (faults_.Strikes(Fault::kSlowMarker)) {
    delay = faults_.dice(Fault::kSlowMarker).LogBetween(absl::Milliseconds(5), absl::Seconds(3));
  }
  simulation_.After(delay, [&producer, write = std::move(write)] {
    write();
    --producer.markers_missing;
  });
}

void KafkaTransactions::Suspend() {
  for (auto& [id, producer] : producers_) simulation_.Cancel(std::exchange(producer.timeout, 0));
}

void KafkaTransactions::Resume() {
  for (auto& [id, producer] : producers_) {
    if (producer.transaction != 0) ArmTimeout(producer);
  }
}

}  // namespace causeway::simulation
