// Journal: where definitions and the audit trail are kept (design.md "Control"): causeway.definitions, compacted, and
// causeway.audit, kept, written by one fenced transactional producer. What a mutation tells the workflows' replicas directly
// (causeway.checkpoints) is in the same transaction.
//
// Life: construct; Open until it is OK, which rebuilds the definitions; then Append, one at a time; Follow beside it
// tells when another controller has taken over, after which this one must not answer any more. Loop's thread only.
//
// Fencing alone doesn't tell a controller without mutations that it has been replaced, nor a replaced one from one
// whose producer is merely broken. So each controller writes a claim when it begins; who reads another's claim behind
// its own has been replaced.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/async/loop.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"
#include "common/backlog/topics.h"
#include "services/controller/definitions.h"
#include "services/controller/edits.h"

namespace causeway::controller {

class Journal {
 public:
  // `incarnation` differs for every process.
  Journal(async::Loop& loop, backlog::Broker& broker, std::string incarnation);

  // Makes the topics, fences every earlier controller and reads what they wrote. CW-LOG-UNREACHABLE may be tried again;
  // CW-LOG-TOPIC when a topic's settings aren't safe.
  async::Task<absl::Status> Open(const backlog::TopicSettings& settings, Definitions& definitions);

  // One mutation: all of it and its audit entry, or nothing. OK: it is committed. CW-LOG-UNREACHABLE: nothing landed.
  // ABORTED: another controller has taken over, nothing landed.
  async::Task<absl::Status> Append(Edit edit);

  // Of causeway.checkpoints; known once it is open.
  int32_t checkpoints_partitions() const { return checkpoints_partitions_; }

  // Returns (ABORTED) when another controller has taken over.
  async::Task<absl::Status> Follow();

 private:
  // What was written behind this controller's claim.
  struct Since {
    bool replaced = false;
    int64_t sequence = 0;  // 0: no mutation.
  };

  async::Task<absl::Status> Claim();
  async::Task<absl::StatusOr<Since>> ReadSinceClaim();
  async::Task<absl::Status> Decide(int64_t number);
  void Note(const backlog::Message& message, Since& since) const;
  backlog::Transaction ToTransaction(const Records& records) const;

  async::Loop& loop_;
  backlog::Broker& broker_;
  const std::string incarnation_;
  std::unique_ptr<backlog::TransactionalProducer> producer_;
  int64_t claim_offset_ = -1;
  int32_t checkpoints_partitions_ = 0;
};

// "causeway.controller": there is one in an installation.
inline constexpr char kTransactionalId[] = "causeway.controller";

}  // namespace causeway::controller
