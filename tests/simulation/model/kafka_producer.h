// KafkaProducer: backlog::TransactionalProducer against the KafkaModel.
#pragma once

#include <string>
#include <vector>

#include "common/backlog/broker.h"
#include "tests/simulation/model/kafka_consumer.h"
#include "tests/simulation/model/kafka_link.h"

namespace causeway::simulation {

class KafkaProducer final : public backlog::TransactionalProducer {
 public:
  KafkaProducer(KafkaLink link, std::string id, int32_t epoch)
      : link_(std::move(link)), sender_{std::move(id), epoch, 0} {}

  async::Task<absl::StatusOr<std::vector<int64_t>>> Commit(backlog::Transaction transaction,
                                                           async::Instant deadline) override;

 private:
  absl::Status Check(const backlog::Transaction& transaction) const;
  async::Task<absl::StatusOr<std::vector<int64_t>>> Append(std::vector<backlog::OutgoingMessage> messages,
                                                           async::Instant deadline);
  async::Task<absl::Status> AddOffsets(KafkaConsumer::Membership membership,
                                       std::map<int32_t, backlog::GroupOffset> offsets, async::Instant deadline);
  // OK, UNAVAILABLE (no answer in time) or FAILED_PRECONDITION.
  async::Task<absl::Status> End(bool commit, async::Instant deadline);
  absl::Status Fenced();
  absl::Status LoseOutcome();

  KafkaLink link_;
  KafkaTransactions::Sender sender_;
  // A transaction that may have begun and isn't decided: to be aborted before the next one.
  bool begun_ = false;
  bool dead_ = false;
};

}  // namespace causeway::simulation
