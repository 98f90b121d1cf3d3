// BacklogView: follows causeway.checkpoints and keeps what it says of each workflow's backlog up to date, for workflows
// that run and that don't. A partition of that topic that can't be read, or that an open transaction holds up, makes what
// is shown of its own workflows older, not of the others.
//
// Life: construct; spawn Follow, which never ends; ask at any time. While the broker is away it shows the last that it
// knew, and since when it knows nothing newer. Loop's thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/async/loop.h"
#include "common/async/scope.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"
#include "common/backlog/topics.h"
#include "services/controller/backlog_ledger.h"

namespace causeway::controller {

class BacklogView {
 public:
  // `on_change` is called whenever something new was read.
  BacklogView(async::Loop& loop, backlog::Broker& broker, std::function<void()> on_change);

  async::Task<void> Follow();

  // As BacklogLedger's.
  v1::Backlog BacklogOf(const backlog::WorkflowTopics& topics, std::optional<absl::Time> oldest_reported) const;

  int64_t RowsOf(const backlog::WorkflowTopics& topics, const std::string& table) const;
  std::map<std::string, v1::HeldDeletions> HeldOf(const backlog::WorkflowTopics& topics) const;
  std::vector<v1::TableTotals> TotalsOf(const backlog::WorkflowTopics& topics) const;

  // The latest run that is known of there; 0: none.
  int64_t RunOf(const backlog::WorkflowTopics& topics) const;

  // Reads from the queue when the oldest records were queued, where nothing else says so.
  async::Task<void> LearnAges(backlog::WorkflowTopics topics);

  // Since when some of the checkpoints can't be read; nothing: they can.
  std::optional<absl::Time> away_since() const;

 private:
  // What one partition says.
  struct Tail {
    int32_t partition = 0;
    std::unique_ptr<backlog::LogReader> log;
    BacklogLedger ledger;
    std::optional<absl::Time> away_since;
  };

  async::Task<void> Follow(Tail& tail);
  async::Task<absl::Status> CatchUp(Tail& tail);
  BacklogLedger& LedgerOf(const backlog::WorkflowTopics& topics);
  const BacklogLedger& LedgerOf(const backlog::WorkflowTopics& topics) const;

  async::Loop& loop_;
  backlog::Broker& broker_;
  std::function<void()> on_change_;
  std::vector<std::unique_ptr<Tail>> tails_;  // One a partition; none until their number is known.
  BacklogLedger nothing_;                     // Shown until then.
  std::optional<absl::Time> away_since_;      // Since when their number can't be asked for.
  async::Scope follows_;
};

}  // namespace causeway::controller
