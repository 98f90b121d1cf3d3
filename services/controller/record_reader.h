// RecordReader: reads dead letters and audit entries from their topics, page by page; nothing of them is kept in
// memory.
//
// An unreachable broker is CW-LOG-UNREACHABLE. Loop's thread only; calls don't disturb each other.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "causeway/v1/record_services.pb.h"
#include "common/async/loop.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"

namespace causeway::controller {

class RecordReader {
 public:
  explicit RecordReader(backlog::Broker& broker) : broker_(broker) {}

  // Newest first, of resources whose names begin with the parent.
  async::Task<absl::StatusOr<v1::ListAuditEntriesResponse>> ListAuditEntries(v1::ListAuditEntriesRequest request);
  // By partition, oldest first; without their rows, which are personal data. The workflow exists.
  async::Task<absl::StatusOr<v1::ListDeadLettersResponse>> ListDeadLetters(v1::ListDeadLettersRequest request,
                                                                           int32_t partitions);
  async::Task<absl::StatusOr<v1::DeadLetter>> GetDeadLetter(std::string name);

 private:
  // false: enough.
  using Visit = std::function<bool(const backlog::Message&)>;
  async::Task<absl::Status> Scan(std::string topic, int32_t partition, int64_t offset, Visit visit);

  backlog::Broker& broker_;
};

}  // namespace causeway::controller
