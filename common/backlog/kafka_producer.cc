#include "common/backlog/kafka_producer.h"

#include <optional>
#include <utility>

#include "common/backlog/kafka_consumer.h"

namespace causeway::backlog {

using Offsets = std::vector<int64_t>;

KafkaProducer::KafkaProducer(async::Loop& loop, Worker& reaper, std::unique_ptr<ProducerSession> session)
    : loop_(loop), reaper_(reaper), core_(std::make_unique<Core>()) {
  core_->session = std::move(session);
}

KafkaProducer::~KafkaProducer() {
  core_->session->Stop();
  reaper_.Post([core = std::move(core_)]() mutable { core.reset(); });
}

async::Task<absl::Status> KafkaProducer::Init(absl::Duration patience) {
  ProducerSession* session = core_->session.get();
  absl::AnyInvocable<absl::Status()&&> call = [session, deadline = Deadline(patience)] {
    return session->Init(deadline);
  };
  co_return co_await RunOn<absl::Status>(core_->worker, loop_, std::move(call));
}

async::Task<absl::StatusOr<Offsets>> KafkaProducer::Commit(Transaction transaction, async::Instant deadline) {
  std::optional<ProducerSession::GroupOffsets> group;
  if (transaction.consumer != nullptr) {
    const auto& consumer = static_cast<const KafkaConsumer&>(*transaction.consumer);
    group.emplace(consumer.member(), consumer.topic(), std::move(transaction.offsets));
    if (!group->member) co_return absl::AbortedError("the consumer is no member of its group");
  }
  ProducerSession* session = core_->session.get();
  absl::AnyInvocable<absl::StatusOr<Offsets>()&&> call = [session, messages = std::move(transaction.messages),
                                                          group = std::move(group),
                                                          left = Deadline(deadline - loop_.Now())]() mutable {
    return session->Commit(std::move(messages), group.has_value() ? &*group : nullptr, left);
  };
  co_return co_await RunOn<absl::StatusOr<Offsets>>(core_->worker, loop_, std::move(call));
}

}  // namespace causeway::backlog
