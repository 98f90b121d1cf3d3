#include "common/engine/checkpoints.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace causeway::engine {

Checkpoints::Checkpoints(backlog::Broker& broker, const backlog::WorkflowTopics& topics) : broker_(broker), topics_(topics) {}

async::Task<absl::Status> Checkpoints::CatchUp() {
  if (!log_) {
    auto opened = co_await broker_.OpenLog(std::string(backlog::kCheckpointsTopic), 0, backlog::kLogStart);
    if (!opened.ok()) co_return opened.status();
    log_ = *std::move(opened);
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
  } else if (absl::ConsumePrefix(&key, "table/")) {
    tables[std::string(key)].ParseFromString(*message.value);
  } else if (absl::ConsumePrefix(&key, "finished/") && absl::SimpleAtoi(key, &partition)) {
    finished[partition].ParseFromString(*message.value);
  }
}

}  // namespace causeway::engine
