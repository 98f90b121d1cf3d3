// DeadLetterReader: reads a workflow's dead letters from their topic, page by page; nothing of them is kept in memory.
//
// An unreachable broker is CW-LOG-UNREACHABLE. Loop's thread only; calls don't disturb each other.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "causeway/v1/record_services.pb.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"

namespace causeway::controller {

class DeadLetterReader {
 public:
  // `broker` outlives it.
  explicit DeadLetterReader(backlog::Broker& broker) : broker_(broker) {}

  // `topic`: the workflow's; it has been started once. Newest first; without their rows, which are personal data.
  async::Task<absl::StatusOr<v1::ListDeadLettersResponse>> List(v1::ListDeadLettersRequest request, std::string topic,
                                                               int32_t partitions);
  // With its row.
  async::Task<absl::StatusOr<v1::DeadLetter>> Get(std::string name, std::string topic);

 private:
  backlog::Broker& broker_;
};

}  // namespace causeway::controller
