// KafkaProducer: TransactionalProducer over a ProducerSession that runs on a thread of its own. Internal to this
// library.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/backlog/broker.h"
#include "common/backlog/producer_session.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {

class KafkaProducer final : public TransactionalProducer {
 public:
  // The session ends on the reaper, which outlives the producer.
  KafkaProducer(async::Loop& loop, Worker& reaper, std::unique_ptr<ProducerSession> session);
  ~KafkaProducer() override;

  async::Task<absl::Status> Init(absl::Duration patience);
  async::Task<absl::StatusOr<std::vector<int64_t>>> Commit(Transaction transaction, async::Instant deadline) override;

 private:
  // In the order of their destruction's reverse: the thread ends before what it uses.
  struct Core {
    std::unique_ptr<ProducerSession> session;
    Worker worker;
  };

  async::Loop& loop_;
  Worker& reaper_;
  std::unique_ptr<Core> core_;
};

}  // namespace causeway::backlog
