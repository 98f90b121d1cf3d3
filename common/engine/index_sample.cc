#include "common/engine/index_sample.h"

#include <utility>

#include "absl/strings/match.h"
#include "causeway/v1/record.pb.h"
#include "common/backlog/record.h"

namespace causeway::engine {
namespace {

using Sample = std::map<std::string, std::string>;

void Apply(const backlog::Message& message, const std::string& prefix, uint64_t target, size_t most, Sample& sample) {
  if (!absl::StartsWith(message.key, prefix)) return;
  const std::string id = message.key.substr(prefix.size());
  v1::IndexEntry entry;
  const bool holds = message.value.has_value() && entry.ParseFromString(*message.value) && entry.target() == target && !entry.uncertain() &&
                     !entry.destination_key().empty();
  if (!holds) sample.erase(id);
  else if (sample.size() < most || sample.contains(id)) sample[id] = entry.destination_key();
}

}  // namespace

async::Task<absl::StatusOr<Sample>> SampleIndex(backlog::Broker& broker, const backlog::WorkflowTopics& topics, int32_t partitions,
                                                const std::string& table, uint64_t target, size_t most, absl::FunctionRef<void()> turn) {
  const std::string prefix = backlog::RecordKey(table, "");
  Sample sample;
  for (int32_t partition = 0; partition < partitions && sample.size() < most; ++partition) {
    auto log = co_await broker.OpenLog(topics.index(), partition, backlog::kLogStart);
    if (!log.ok()) co_return log.status();
    for (bool reached_end = false; !reached_end;) {
      turn();
      auto batch = co_await (*log)->Next();
      if (!batch.ok()) co_return batch.status();
      for (const backlog::Message& message : batch->messages) Apply(message, prefix, target, most, sample);
      reached_end = batch->reached_end;
    }
  }
  co_return sample;
}

}  // namespace causeway::engine
