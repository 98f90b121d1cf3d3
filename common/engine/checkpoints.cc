#include "common/engine/checkpoints.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace causeway::engine {

async::Task<absl::StatusOr<int32_t>> FindCheckpointsPartition(backlog::Broker& broker, backlog::WorkflowTopics topics) {
  auto partitions = co_await broker.Partitions(std::string(backlog::kCheckpointsTopic));
  if (!partitions.ok()) co_return partitions.status();
  co_return backlog::CheckpointsPartition(topics, *partitions);
}

async::Task<absl::StatusOr<CheckpointsLog>> OpenCheckpoints(backlog::Broker& broker, backlog::WorkflowTopics topics) {
  auto partition = co_await FindCheckpointsPartition(broker, std::move(topics));
  if (!partition.ok()) co_return partition.status();
  auto log = co_await broker.OpenLog(std::string(backlog::kCheckpointsTopic), *partition, backlog::kLogStart);
  if (!log.ok()) co_return log.status();
  co_return CheckpointsLog{*partition, *std::move(log)};
}

Checkpoints::Checkpoints(backlog::Broker& broker, const backlog::WorkflowTopics& topics) : broker_(broker), topics_(topics) {}

async::Task<absl::Status> Checkpoints::CatchUp() {
  if (!log_) {
    auto opened = co_await OpenCheckpoints(broker_, topics_);
    if (!opened.ok()) co_return opened.status();
    partition_ = opened->partition;
    log_ = std::move(opened->log);
  }
  for (;;) {
    auto batch = co_await log_->Next();
    if (!batch.ok()) {
      // Compaction may have passed this reader: the next one begins at the start.
      log_ = nullptr;
      co_return batch.status();
    }
    for (const backlog::Message& message : batch->messages) Apply(message);
    if (batch->reached_end) co_return absl::OkStatus();
  }
}

void Checkpoints::Apply(const backlog::Message& message) {
  if (!message.value.has_value()) return;
  absl::string_view key = message.key;
  if (!absl::ConsumePrefix(&key, topics_.checkpoint_prefix())) return;
  int32_t partition = 0;
  if (key == "queued") {
    queued.ParseFromString(*message.value);
  } else if (key == "run") {
    run.ParseFromString(*message.value);
  } else if (absl::ConsumePrefix(&key, "table/")) {
    tables[std::string(key)].ParseFromString(*message.value);
  } else if (absl::ConsumePrefix(&key, "finished/") && absl::SimpleAtoi(key, &partition)) {
    finished[partition].ParseFromString(*message.value);
  } else if (absl::ConsumePrefix(&key, "gone/")) {
    ApplyGone(key, *message.value);
  } else if (absl::ConsumePrefix(&key, "confirmed/")) {
    confirmed[std::string(key)].ParseFromString(*message.value);
  }
}

void Checkpoints::ApplyGone(absl::string_view partition_and_table, const std::string& value) {
  const size_t slash = partition_and_table.find('/');
  int32_t partition = 0;
  if (slash == absl::string_view::npos || !absl::SimpleAtoi(partition_and_table.substr(0, slash), &partition)) return;
  gone[std::string(partition_and_table.substr(slash + 1))][partition].ParseFromString(value);
}

}  // namespace causeway::engine
