#include "common/worker/measured_broker.h"

#include "absl/strings/match.h"
#include "common/metrics/names.h"

namespace causeway::worker {
namespace {

class MeasuredProducer final : public backlog::TransactionalProducer {
 public:
  MeasuredProducer(async::Loop& loop, std::unique_ptr<backlog::TransactionalProducer> producer,
                   metrics::Histogram duration)
      : loop_(loop), producer_(std::move(producer)), duration_(std::move(duration)) {}

  async::Task<absl::StatusOr<std::vector<int64_t>>> Commit(backlog::Transaction transaction,
                                                           async::Instant deadline) override {
    const async::Instant began = loop_.Now();
    auto committed = co_await producer_->Commit(std::move(transaction), deadline);
    if (committed.ok()) duration_.Observe(absl::ToDoubleSeconds(loop_.Now() - began));
    co_return committed;
  }

 private:
  async::Loop& loop_;
  std::unique_ptr<backlog::TransactionalProducer> producer_;
  metrics::Histogram duration_;
};

}  // namespace

async::Task<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> MeasuredBroker::OpenProducer(
    std::string transactional_id) {
  // The ids are of common/backlog/topics.h.
  const char* loop_label = absl::EndsWith(transactional_id, ".reader") ? "read" : "write";
  auto producer = co_await broker_.OpenProducer(std::move(transactional_id));
  if (!producer.ok()) co_return producer.status();
  metrics::Histogram duration = registry_.Get(metrics::kTransactionDuration, loop_label);
  co_return std::make_unique<MeasuredProducer>(loop_, *std::move(producer), std::move(duration));
}

}  // namespace causeway::worker
