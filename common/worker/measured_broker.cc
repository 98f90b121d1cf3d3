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

// Read from where a copy of the index ends to the end of the topic: a restore.
class MeasuredRestore final : public backlog::LogReader {
 public:
  MeasuredRestore(async::Loop& loop, std::unique_ptr<backlog::LogReader> log, async::Instant began,
                  metrics::Histogram duration)
      : loop_(loop), log_(std::move(log)), began_(began), duration_(std::move(duration)) {}

  async::Task<absl::StatusOr<Batch>> Next() override {
    auto batch = co_await log_->Next();
    if (batch.ok() && batch->reached_end) duration_.Observe(absl::ToDoubleSeconds(loop_.Now() - began_));
    co_return batch;
  }

 private:
  async::Loop& loop_;
  std::unique_ptr<backlog::LogReader> log_;
  const async::Instant began_;
  metrics::Histogram duration_;
};

}  // namespace

async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> MeasuredBroker::OpenLog(std::string topic,
                                                                                         int32_t partition,
                                                                                         int64_t offset) {
  // The names are of common/backlog/topics.h; only who restores an index reads one.
  const bool index = absl::EndsWith(topic, ".index");
  const async::Instant began = loop_.Now();
  auto log = co_await broker_.OpenLog(std::move(topic), partition, offset);
  if (!log.ok() || !index) co_return log;
  co_return std::make_unique<MeasuredRestore>(loop_, *std::move(log), began,
                                              registry_.Get(metrics::kIndexRestoreDuration));
}

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
