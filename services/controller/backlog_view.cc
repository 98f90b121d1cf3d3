#include "services/controller/backlog_view.h"

#include <algorithm>
#include <utility>

#include "common/async/sleep.h"
#include "common/backlog/record.h"
#include "common/backlog/topics.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

constexpr absl::Duration kFollowEvery = absl::Milliseconds(300);

}  // namespace

BacklogView::BacklogView(async::Loop& loop, backlog::Broker& broker, std::function<void()> on_change)
    : loop_(loop), broker_(broker), on_change_(std::move(on_change)), follows_(loop) {}

async::Task<void> BacklogView::Follow() {
  for (;; co_await async::SleepFor(loop_, kFollowEvery)) {
    auto partitions = co_await broker_.Partitions(std::string(backlog::kCheckpointsTopic));
    if (!partitions.ok()) {
      if (!away_since_.has_value()) away_since_ = loop_.WallTime();
      continue;
    }
    away_since_.reset();
    for (int32_t partition = 0; partition < *partitions; ++partition) {
      tails_.push_back(std::make_unique<Tail>());
      tails_.back()->partition = partition;
      follows_.Spawn(Follow(*tails_.back()));
    }
    co_return co_await follows_.Join();
  }
}

async::Task<void> BacklogView::Follow(Tail& tail) {
  for (;; co_await async::SleepFor(loop_, kFollowEvery)) {
    const absl::Time begun = loop_.WallTime();
    const absl::Status caught_up = co_await CatchUp(tail);
    if (caught_up.ok()) {
      tail.away_since.reset();
      tail.ledger.Observe(loop_.Now(), begun);
    } else if (!tail.away_since.has_value()) {
      tail.away_since = loop_.WallTime();
    }
  }
}

async::Task<absl::Status> BacklogView::CatchUp(Tail& tail) {
  if (!tail.log) {
    auto opened = co_await broker_.OpenLog(std::string(backlog::kCheckpointsTopic), tail.partition, backlog::kLogStart);
    if (!opened.ok()) co_return opened.status();
    tail.log = *std::move(opened);
  }
  for (;;) {
    auto batch = co_await tail.log->Next();
    if (!batch.ok()) {
      // An offset that is gone is found again from the start; what was read twice says the same twice.
      if (absl::IsOutOfRange(batch.status())) tail.log = nullptr;
      co_return batch.status();
    }
    for (const backlog::Message& message : batch->messages) tail.ledger.Apply(message.key, message.value);
    if (!batch->messages.empty()) on_change_();
    if (batch->reached_end) co_return absl::OkStatus();
  }
}

BacklogLedger& BacklogView::LedgerOf(const backlog::WorkflowTopics& topics) {
  if (tails_.empty()) return nothing_;
  return tails_[backlog::CheckpointsPartition(topics, static_cast<int32_t>(tails_.size()))]->ledger;
}

const BacklogLedger& BacklogView::LedgerOf(const backlog::WorkflowTopics& topics) const {
  return const_cast<BacklogView*>(this)->LedgerOf(topics);
}

std::optional<absl::Time> BacklogView::away_since() const {
  std::optional<absl::Time> since = away_since_;
  for (const auto& tail : tails_) {
    if (tail->away_since.has_value()) since = std::min(since.value_or(*tail->away_since), *tail->away_since);
  }
  return since;
}

v1::Backlog BacklogView::BacklogOf(const backlog::WorkflowTopics& topics,
                                   std::optional<absl::Time> oldest_reported) const {
  return LedgerOf(topics).BacklogOf(topics.checkpoint_prefix(), loop_.WallTime(), oldest_reported);
}

int64_t BacklogView::RowsOf(const backlog::WorkflowTopics& topics, const std::string& table) const {
  return LedgerOf(topics).RowsOf(topics.checkpoint_prefix(), table);
}

int64_t BacklogView::RunOf(const backlog::WorkflowTopics& topics) const {
  return LedgerOf(topics).RunOf(topics.checkpoint_prefix());
}

std::map<std::string, v1::HeldDeletions> BacklogView::HeldOf(const backlog::WorkflowTopics& topics) const {
  return LedgerOf(topics).HeldOf(topics.checkpoint_prefix());
}

std::vector<v1::TableTotals> BacklogView::TotalsOf(const backlog::WorkflowTopics& topics) const {
  return LedgerOf(topics).TotalsOf(topics.checkpoint_prefix());
}

async::Task<void> BacklogView::LearnAges(backlog::WorkflowTopics topics) {
  const std::vector<BacklogLedger::Unknown> unknown = LedgerOf(topics).UnknownAges(topics.checkpoint_prefix());
  for (const BacklogLedger::Unknown& record : unknown) {
    auto log = co_await broker_.OpenLog(topics.backlog(), record.partition, record.offset.value_or(backlog::kLogStart));
    if (!log.ok()) co_return;
    auto batch = co_await (*log)->Next();
    if (!batch.ok() || batch->messages.empty()) continue;
    const auto queued = backlog::DecodeRecord(batch->messages.front());
    if (queued.ok())
      LedgerOf(topics).Learn(topics.checkpoint_prefix(), record.partition, record.ordinal, ToTime(queued->queued_time()));
  }
}

}  // namespace causeway::controller
