// BacklogView: follows causeway.checkpoints and keeps a BacklogLedger up to date, for workflows that run and that
// don't.
//
// Life: construct; spawn Follow, which never ends; ask at any time. While the broker is away it shows the last that it
// knew, and since when it knows nothing newer. Loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/async/loop.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"
#include "common/backlog/topics.h"
#include "services/controller/backlog_ledger.h"

namespace causeway::controller {

class BacklogView {
 public:
  // `on_change` is called whenever the view has been brought up to date.
  BacklogView(async::Loop& loop, backlog::Broker& broker, std::function<void()> on_change);

  async::Task<void> Follow();

  // As BacklogLedger's.
  v1::Backlog BacklogOf(const backlog::WorkflowTopics& topics, std::optional<absl::Time> oldest_reported) const;

  int64_t RowsOf(const backlog::WorkflowTopics& topics, const std::string& table) const;

  // Reads from the queue when the oldest records were queued, where nothing else says so.
  async::Task<void> LearnAges(backlog::WorkflowTopics topics);

  // Since when the checkpoints can't be read; nothing: they can.
  std::optional<absl::Time> away_since() const { return away_since_; }

 private:
  async::Task<absl::Status> CatchUp();

  async::Loop& loop_;
  backlog::Broker& broker_;
  std::function<void()> on_change_;
  std::unique_ptr<backlog::LogReader> log_;
  BacklogLedger ledger_;
  std::optional<absl::Time> away_since_;
};

}  // namespace causeway::controller
