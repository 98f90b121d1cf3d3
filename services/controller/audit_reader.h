// AuditReader: reads the audit trail from causeway.audit, page by page; nothing of it is kept in memory.
//
// An unreachable broker is CW-LOG-UNREACHABLE. Loop's thread only; calls don't disturb each other.
#pragma once

#include "absl/status/statusor.h"
#include "causeway/v1/record_services.pb.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"

namespace causeway::controller {

class AuditReader {
 public:
  // `broker` outlives it.
  explicit AuditReader(backlog::Broker& broker) : broker_(broker) {}

  // Newest first, of resources whose names begin with the parent.
  async::Task<absl::StatusOr<v1::ListAuditEntriesResponse>> List(v1::ListAuditEntriesRequest request);

 private:
  backlog::Broker& broker_;
};

}  // namespace causeway::controller
