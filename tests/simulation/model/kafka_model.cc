#include "tests/simulation/model/kafka_model.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/model/kafka_client.h"

namespace causeway::simulation {
namespace {

int64_t Setting(const backlog::TopicSpec& spec, const std::string& name, int64_t if_unset) {
  int64_t value = if_unset;
  const auto setting = spec.config.find(name);
  if (setting != spec.config.end()) (void)absl::SimpleAtoi(setting->second, &value);
  return value;
}

}  // namespace

KafkaModel::KafkaModel(Simulation& simulation, Network& network, Faults& faults, KafkaTiming timing)
    : simulation_(simulation),
      network_(network),
      faults_(faults),
      timing_(timing),
      party_(network.AddParty("kafka")),
      transactions_(simulation, faults, timing.transaction) {}

std::unique_ptr<backlog::Broker> KafkaModel::Connect(Process& process) {
  return std::make_unique<KafkaClient>(*this, process);
}

void KafkaModel::TakeDown() {
  if (!std::exchange(up_, false)) return;
  simulation_.Trace("kafka is down");
  for (auto& [name, group] : groups_) group->Suspend();
  transactions_.Suspend();
}

void KafkaModel::BringUp() {
  if (std::exchange(up_, true)) return;
  simulation_.Trace("kafka is up");
  for (auto& [name, group] : groups_) group->Resume();
  transactions_.Resume();
}

void KafkaModel::MoveCoordinators(absl::Duration takes) {
  if (!up_) return;
  if (simulation_.tracing())
    simulation_.Trace(absl::StrCat("kafka's coordinators move, ", absl::FormatDuration(takes)));
  coordinators_ready_ = false;
  simulation_.Cancel(coordinators_back_);
  coordinators_back_ = simulation_.After(takes, [this] {
    coordinators_ready_ = true;
    for (auto& [name, group] : groups_) group->CoordinatorMoved();
  });
}

void KafkaModel::Compact() {
  simulation_.Trace("kafka compacts");
  for (auto& [name, topic] : topics_) {
    const auto policy = topic.spec.config.find("cleanup.policy");
    if (policy == topic.spec.config.end() || policy->second != "compact") continue;
    const absl::Duration tombstones_kept = absl::Milliseconds(Setting(topic.spec, "delete.retention.ms", 86'400'000));
    for (auto& log : topic.logs) log->Compact(simulation_.Now(), tombstones_kept);
  }
}

void KafkaModel::ExpireOffsets() {
  for (auto& [name, group] : groups_) {
    if (group->ExpireOffsets() && simulation_.tracing())
      simulation_.Trace(absl::StrCat("kafka forgets the offsets of ", name));
  }
}

void KafkaModel::Cut(const std::string& topic, int32_t partition, int64_t offset) {
  on_damage_(topic);
  Log(topic, partition)->Trim(offset);
  on_damage_(topic);
}

void KafkaModel::LoseEnd(const std::string& topic, int32_t partition, size_t entries) {
  on_damage_(topic);
  Log(topic, partition)->LoseEnd(entries);
  on_damage_(topic);
}

void KafkaModel::Destroy(const std::string& topic) {
  on_damage_(topic);
  DeleteTopic(topic);
}

KafkaLog* KafkaModel::Log(const std::string& topic, int32_t partition) {
  const auto found = topics_.find(topic);
  if (found == topics_.end() || partition < 0 || partition >= static_cast<int32_t>(found->second.logs.size()))
    return nullptr;
  return found->second.logs[partition].get();
}

KafkaGroup& KafkaModel::Group(const std::string& group, const std::string& topic) {
  const std::optional<int32_t> partitions = Partitions(topic);
  // Asked for too early (by an invariant) it isn't that group yet.
  std::unique_ptr<KafkaGroup>& found = groups_[partitions.has_value() ? group : group + " of no topic"];
  if (!found) found = std::make_unique<KafkaGroup>(simulation_, group, partitions.value_or(0), timing_.group);
  consumed_[group] = topic;
  return *found;
}

absl::Status KafkaModel::CreateTopic(const backlog::TopicSpec& spec) {
  Topic& topic = topics_[spec.name];
  if (topic.logs.empty()) {
    topic.spec = spec;
    for (int32_t partition = 0; partition < spec.partitions; ++partition) {
      topic.logs.push_back(std::make_unique<KafkaLog>(partition));
    }
    return absl::OkStatus();
  }
  if (topic.spec.partitions != spec.partitions) {
    return absl::FailedPreconditionError(
        absl::StrCat("topic ", spec.name, " has ", topic.spec.partitions, " partitions instead of ", spec.partitions));
  }
  for (const auto& [name, value] : spec.config) {
    if (topic.spec.config[name] != value) {
      return absl::FailedPreconditionError(
          absl::StrCat("topic ", spec.name, " has ", name, "=", topic.spec.config[name], " instead of ", value));
    }
  }
  return absl::OkStatus();
}

void KafkaModel::DeleteTopic(const std::string& name) {
  const auto found = topics_.find(name);
  if (found == topics_.end()) return;
  deleted_.push_back(std::move(found->second));
  topics_.erase(found);
  // With a topic go the offsets that groups have committed of it.
  for (const auto& [group, topic] : consumed_) {
    if (topic == name && groups_.contains(group)) groups_.at(group)->ForgetOffsets();
  }
  if (simulation_.tracing()) simulation_.Trace(absl::StrCat("kafka deletes ", name));
}

std::optional<int32_t> KafkaModel::Partitions(const std::string& topic) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return std::nullopt;
  return found->second.spec.partitions;
}

int64_t KafkaModel::MaxMessageBytes(const std::string& topic) const {
  constexpr int64_t kDefault = 1'048'588;  // Kafka's.
  const auto found = topics_.find(topic);
  return found == topics_.end() ? kDefault : Setting(found->second.spec, "max.message.bytes", kDefault);
}

void KafkaModel::CarryRequest(int from, std::function<void()> request, std::function<void()> broken) {
  if (!network_.Reaches(from, party_) || faults_.Strikes(Fault::kBrokerLosesRequest)) return Break(std::move(broken));
  simulation_.After(network_.Latency(), [this, request = std::move(request), broken = std::move(broken)] {
    if (!up_) return Break(broken);
    request();
  });
}

void KafkaModel::CarryAnswer(int to, std::function<void()> answer, std::function<void()> broken) {
  if (!up_ || !network_.Reaches(party_, to) || faults_.Strikes(Fault::kBrokerLosesAnswer))
    return Break(std::move(broken));
  simulation_.After(network_.Latency(), [this, answer = std::move(answer), broken = std::move(broken)] {
    if (!up_) return Break(broken);
    answer();
  });
}

void KafkaModel::Break(std::function<void()> broken) {
  simulation_.After(simulation_.dice().LogBetween(absl::Milliseconds(2), absl::Seconds(2)), std::move(broken));
}

}  // namespace causeway::simulation
