// Checkpoints: a reader of causeway.checkpoints for one workflow (spec of the keys: backlog/topics.h, proto record.proto).
//
// Life: construct; CatchUp whenever the latest state is needed; read the fields. Loop's thread only.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "causeway/v1/record.pb.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"
#include "common/backlog/topics.h"

namespace causeway::engine {

// The partition of causeway.checkpoints that holds the workflow's keys.
async::Task<absl::StatusOr<int32_t>> FindCheckpointsPartition(backlog::Broker& broker, backlog::WorkflowTopics topics);

struct CheckpointsLog {
  int32_t partition = 0;
  std::unique_ptr<backlog::LogReader> log;
};
// That partition, from its start.
async::Task<absl::StatusOr<CheckpointsLog>> OpenCheckpoints(backlog::Broker& broker, backlog::WorkflowTopics topics);

class Checkpoints {
 public:
  Checkpoints(backlog::Broker& broker, const backlog::WorkflowTopics& topics);

  // Reads up to the topic's present end.
  async::Task<absl::Status> CatchUp();
  // Where they are; known after CatchUp.
  int32_t partition() const { return partition_; }

  std::map<std::string, v1::TableCheckpoint> tables;
  v1::QueuedCheckpoint queued;
  std::map<int32_t, v1::FinishedCheckpoint> finished;
  v1::RunCheckpoint run;
  // By table, then partition.
  std::map<std::string, std::map<int32_t, v1::GoneCheckpoint>> gone;
  // By table.
  std::map<std::string, v1::ConfirmedDeletions> confirmed;

 private:
  void Apply(const backlog::Message& message);
  void ApplyGone(absl::string_view partition_and_table, const std::string& value);

  backlog::Broker& broker_;
  backlog::WorkflowTopics topics_;
  int32_t partition_ = 0;
  std::unique_ptr<backlog::LogReader> log_;
};

}  // namespace causeway::engine
