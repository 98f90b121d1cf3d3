#include "tests/simulation/model/kafka_group.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

KafkaGroup::~KafkaGroup() { Suspend(); }

void KafkaGroup::Join(const std::string& name, OnJoined answer) {
  Member& member = members_[name];
  member.answer = std::move(answer);
  simulation_.Cancel(std::exchange(member.session, 0));
  Rebalance();
  CompleteIfAllJoined();
}

GroupAnswer KafkaGroup::Heartbeat(const std::string& name, int32_t generation) {
  const auto member = members_.find(name);
  if (member == members_.end()) return GroupAnswer::kUnknownMember;
  if (generation != generation_) return GroupAnswer::kIllegalGeneration;
  if (!member->second.answer) Touch(name, member->second);
  return rebalancing_ ? GroupAnswer::kRebalancing : GroupAnswer::kOk;
}

void KafkaGroup::Leave(const std::string& member) {
  if (members_.count(member) != 0) Remove(member);
}

void KafkaGroup::Touch(const std::string& name, Member& member) {
  simulation_.Cancel(member.session);
  member.session = simulation_.After(timing_.session, [this, name] {
    if (simulation_.tracing()) simulation_.Trace(absl::StrCat("kafka: session of ", name, " has timed out"));
    Remove(name);
  });
}

void KafkaGroup::Remove(const std::string& name) {
  const auto member = members_.find(name);
  simulation_.Cancel(member->second.session);
  members_.erase(member);
  if (members_.empty()) {
    simulation_.Cancel(std::exchange(rebalance_end_, 0));
    rebalancing_ = false;
    ++generation_;
    return;
  }
  Rebalance();
  CompleteIfAllJoined();
}

void KafkaGroup::Rebalance() {
  if (rebalancing_) return;
  rebalancing_ = true;
  rebalance_end_ = simulation_.After(timing_.rebalance, [this] {
    rebalance_end_ = 0;
    Complete();
  });
}

void KafkaGroup::CompleteIfAllJoined() {
  if (!rebalancing_) return;
  for (const auto& [name, member] : members_) {
    if (!member.answer) return;
  }
  Complete();
}

void KafkaGroup::Complete() {
  simulation_.Cancel(std::exchange(rebalance_end_, 0));
  rebalancing_ = false;
  ++generation_;
  for (auto member = members_.begin(); member != members_.end();) {
    if (member->second.answer) {
      ++member;
      continue;
    }
    simulation_.Cancel(member->second.session);
    member = members_.erase(member);
  }
  int32_t rank = 0;
  const auto count = static_cast<int32_t>(members_.size());
  std::vector<std::pair<OnJoined, Joined>> answers;
  for (auto& [name, member] : members_) {
    member.partitions.clear();
    for (int32_t partition = rank; partition < partitions_; partition += count) member.partitions.push_back(partition);
    ++rank;
    Touch(name, member);
    answers.emplace_back(std::exchange(member.answer, nullptr), Joined{generation_, member.partitions});
    if (simulation_.tracing()) {
      simulation_.Trace(
          absl::StrCat("kafka: ", name, " has ", member.partitions.size(), " partitions of generation ", generation_));
    }
  }
  for (auto& [answer, joined] : answers) answer(joined);
}

GroupAnswer KafkaGroup::AddPending(const std::string& member, int32_t generation, TransactionNumber transaction,
                                   const std::map<int32_t, backlog::GroupOffset>& offsets) {
  if (member.empty() ? !members_.empty() : members_.count(member) == 0) return GroupAnswer::kUnknownMember;
  if (generation != generation_) return GroupAnswer::kIllegalGeneration;
  for (const auto& [partition, offset] : offsets) pending_[transaction][partition] = offset;
  return GroupAnswer::kOk;
}

void KafkaGroup::Decide(TransactionNumber transaction, bool commit) {
  auto pending = pending_.extract(transaction);
  if (pending.empty() || !commit) return;
  for (auto& [partition, offset] : pending.mapped()) {
    if (simulation_.tracing()) {
      simulation_.Trace(absl::StrCat("kafka: partition ", partition, " is committed up to ", offset.offset, ": ", offset.metadata));
    }
    offsets_[partition] = std::move(offset);
  }
}

std::optional<std::map<int32_t, backlog::GroupOffset>> KafkaGroup::Committed(
    const std::vector<int32_t>& partitions) const {
  std::map<int32_t, backlog::GroupOffset> committed;
  for (int32_t partition : partitions) {
    for (const auto& [transaction, offsets] : pending_) {
      if (offsets.count(partition) != 0) return std::nullopt;
    }
    if (auto found = offsets_.find(partition); found != offsets_.end()) committed.insert(*found);
  }
  return committed;
}

bool KafkaGroup::ExpireOffsets() {
  if (!members_.empty() || !pending_.empty() || offsets_.empty()) return false;
  offsets_.clear();
  return true;
}

void KafkaGroup::Suspend() {
  simulation_.Cancel(std::exchange(rebalance_end_, 0));
  for (auto& [name, member] : members_) simulation_.Cancel(std::exchange(member.session, 0));
}

void KafkaGroup::CoordinatorMoved() {
  Suspend();
  for (auto& [name, member] : members_) {
    if (member.answer) std::exchange(member.answer, nullptr)({kJoinAgain, {}});
    Touch(name, member);
  }
  if (!std::exchange(rebalancing_, false)) return;
  if (!members_.empty()) Rebalance();
}

}  // namespace causeway::simulation
