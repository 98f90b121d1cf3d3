// Checkpoints: a reader of causeway.checkpoints for one workflow (spec of the keys: backlog/topics.h, proto record.proto).
//
// Life: construct; CatchUp whenever the latest state is needed; read the fields. Loop's thread only.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "causeway/v1/record.pb.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"
#include "common/backlog/topics.h"

namespace causeway::engine {

class Checkpoints {
 public:
  Checkpoints(backlog::Broker& broker, const backlog::WorkflowTopics& topics);

  // Reads up to the topic's present end.
  async::Task<absl::Status> CatchUp();

  std::map<std::string, v1::TableCheckpoint> tables;
  v1::QueuedCheckpoint queued;
  std::map<int32_t, v1::FinishedCheckpoint> finished;

 private:
  void Apply(const backlog::Message& message);

  backlog::Broker& broker_;
  backlog::WorkflowTopics topics_;
  std::unique_ptr<backlog::LogReader> log_;
};

}  // namespace causeway::engine
