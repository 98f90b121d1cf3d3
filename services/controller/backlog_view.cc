#include "services/controller/backlog_view.h"

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
    : loop_(loop), broker_(broker), on_change_(std::move(on_change)) {}

async::Task<void> BacklogView::Follow() {
  for (;; co_await async::SleepFor(loop_, kFollowEvery)) {
    const absl::Time begun = loop_.WallTime();
    const absl::Status caught_up = co_await CatchUp();
    if (caught_up.ok()) {
      away_since_.reset();
      ledger_.Observe(loop_.Now(), begun);
    } else if (!away_since_.has_value()) {
      away_since_ = loop_.WallTime();
    }
    on_change_();
  }
}

async::Task<absl::Status> BacklogView::CatchUp() {
  if (!log_) {
    auto opened = co_await broker_.OpenLog(std::string(backlog::kCheckpointsTopic), 0, backlog::kLogStart);
    if (!opened.ok()) co_return opened.status();
    log_ = *std::move(opened);
  }
  for (;;) {
    auto batch = co_await log_->Next();
    if (!batch.ok()) {
      // An offset that is gone is found again from the start; what was read twice says the same twice.
      if (absl::IsOutOfRange(batch.status())) log_ = nullptr;
      co_return batch.status();
    }
    for (const backlog::Message& message : batch->messages) ledger_.Apply(message.key, message.value);
    if (batch->reached_end) co_return absl::OkStatus();
  }
}

v1::Backlog BacklogView::BacklogOf(const backlog::WorkflowTopics& topics,
                                   std::optional<absl::Time> oldest_reported) const {
  return ledger_.BacklogOf(topics.checkpoint_prefix(), loop_.WallTime(), oldest_reported);
}

int64_t BacklogView::RowsOf(const backlog::WorkflowTopics& topics, const std::string& table) const {
  return ledger_.RowsOf(topics.checkpoint_prefix(), table);
}

async::Task<void> BacklogView::LearnAges(backlog::WorkflowTopics topics) {
  const std::vector<BacklogLedger::Unknown> unknown = ledger_.UnknownAges(topics.checkpoint_prefix());
  for (const BacklogLedger::Unknown& record : unknown) {
    auto log = co_await broker_.OpenLog(topics.backlog(), record.partition, record.offset.value_or(backlog::kLogStart));
    if (!log.ok()) co_return;
    auto batch = co_await (*log)->Next();
    if (!batch.ok() || batch->messages.empty()) continue;
    const auto queued = backlog::DecodeRecord(batch->messages.front());
    if (queued.ok())
      ledger_.Learn(topics.checkpoint_prefix(), record.partition, record.ordinal, ToTime(queued->queued_time()));
  }
}

}  // namespace causeway::controller
