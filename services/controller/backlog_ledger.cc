#include "services/controller/backlog_ledger.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

constexpr absl::Duration kRateWindow = absl::Seconds(10);
// A rate over less would jump.
constexpr absl::Duration kShortestWindow = absl::Seconds(1);
constexpr size_t kMaxHistory = 256;

// "{instance}/{workflow}/{rest}" → the prefix with its slash, and the rest; false for other keys.
bool Split(absl::string_view key, absl::string_view& prefix, absl::string_view& rest) {
  const size_t first = key.find('/');
  const size_t second = first == absl::string_view::npos ? first : key.find('/', first + 1);
  if (second == absl::string_view::npos) return false;
  prefix = key.substr(0, second + 1);
  rest = key.substr(second + 1);
  return true;
}

}  // namespace

void BacklogLedger::Apply(absl::string_view key, const std::optional<std::string>& value) {
  absl::string_view prefix, rest;
  if (!Split(key, prefix, rest)) return;
  if (!value.has_value()) {
    // What was queued is deleted only with all the rest, when nobody uses it any more.
    if (rest == "queued") workflows_.erase(std::string(prefix));
    return;
  }
  int32_t partition = 0;
  if (rest == "queued") {
    v1::QueuedCheckpoint checkpoint;
    if (checkpoint.ParseFromString(*value)) Queue(checkpoint, workflows_[std::string(prefix)]);
  } else if (rest == "run") {
    v1::RunCheckpoint checkpoint;
    if (checkpoint.ParseFromString(*value)) workflows_[std::string(prefix)].run = checkpoint.run();
  } else if (absl::ConsumePrefix(&rest, "finished/") && absl::SimpleAtoi(rest, &partition)) {
    v1::FinishedCheckpoint checkpoint;
    if (checkpoint.ParseFromString(*value)) Finish(partition, checkpoint, workflows_[std::string(prefix)]);
  } else if (absl::ConsumePrefix(&rest, "table/")) {
    v1::TableCheckpoint checkpoint;
    if (checkpoint.ParseFromString(*value)) Note(checkpoint, workflows_[std::string(prefix)].tables[std::string(rest)]);
  } else if (absl::ConsumePrefix(&rest, "confirmed/")) {
    v1::ConfirmedDeletions confirmed;
    if (confirmed.ParseFromString(*value)) workflows_[std::string(prefix)].tables[std::string(rest)].confirmed_pass = confirmed.pass();
  }
}

void BacklogLedger::Note(const v1::TableCheckpoint& checkpoint, SourceTable& table) {
  table.rows = checkpoint.rows();
  table.held.reset();
  if (checkpoint.has_held()) table.held = checkpoint.held();
}

void BacklogLedger::Queue(const v1::QueuedCheckpoint& checkpoint, Workflow& workflow) {
  workflow.read = {checkpoint.tables().begin(), checkpoint.tables().end()};
  for (int i = 0; i < checkpoint.ordinals_size(); ++i) {
    Partition& partition = workflow.partitions[i];
    const int64_t ordinal = checkpoint.ordinals(i);
    if (i < checkpoint.bytes_size()) partition.queued_bytes = checkpoint.bytes(i);
    if (!partition.undated.has_value()) {
      partition.undated = ordinal;
    } else if (ordinal > partition.queued) {
      Date({ordinal, ToTime(checkpoint.time())}, partition);
    }
    partition.queued = ordinal;
  }
}

void BacklogLedger::Date(const Dated& queued, Partition& partition) {
  std::deque<Dated>& history = partition.history;
  if (history.empty()) partition.spacing = absl::ZeroDuration();
  // Neighbours in time become one: what is said of a record's age is too much rather than too little.
  const auto add = [&partition](const Dated& entry, std::deque<Dated>& entries) {
    if (!entries.empty() && entry.time - entries.back().time < partition.spacing) {
      entries.back().ordinal = entry.ordinal;
    } else {
      entries.push_back(entry);
    }
  };
  add(queued, history);
  if (history.size() <= kMaxHistory) return;
  const absl::Duration span = history.back().time - history.front().time;
  partition.spacing = std::max(absl::Milliseconds(1), span / (kMaxHistory / 2));
  std::deque<Dated> thinned;
  for (const Dated& entry : history) add(entry, thinned);
  history = std::move(thinned);
}

void BacklogLedger::Finish(int32_t number, const v1::FinishedCheckpoint& checkpoint, Workflow& workflow) {
  Partition& partition = workflow.partitions[number];
  partition.finished = checkpoint.ordinal();
  partition.finished_bytes = checkpoint.bytes();
  partition.offset = checkpoint.offset();
  partition.totals = {checkpoint.tables().begin(), checkpoint.tables().end()};
  while (!partition.history.empty() && partition.history.front().ordinal <= partition.finished)
    partition.history.pop_front();
}

void BacklogLedger::Observe(async::Instant now, absl::Time as_of) {
  observed_ = as_of;
  for (auto& [prefix, workflow] : workflows_) {
    Sample sample{now, 0, 0};
    for (const auto& [number, partition] : workflow.partitions) {
      sample.queued += partition.queued;
      sample.finished += partition.finished;
    }
    workflow.samples.push_back(sample);
    while (workflow.samples.size() > 2 && now - workflow.samples[1].time >= kRateWindow) workflow.samples.pop_front();
  }
}

std::optional<absl::Time> BacklogLedger::OldestQueued(const Partition& partition) {
  const int64_t first = partition.finished + 1;
  if (first <= partition.undated.value_or(0)) {
    return partition.learned.has_value() ? std::optional(partition.learned->time) : std::nullopt;
  }
  const auto dated = std::lower_bound(partition.history.begin(), partition.history.end(), first,
                                      [](const Dated& entry, int64_t ordinal) { return entry.ordinal < ordinal; });
  return dated == partition.history.end() ? std::nullopt : std::optional(dated->time);
}

void BacklogLedger::AddRates(const Workflow& workflow, v1::Backlog& backlog) {
  if (workflow.samples.size() < 2) return;
  const Sample& first = workflow.samples.front();
  const Sample& last = workflow.samples.back();
  const absl::Duration window = last.time - first.time;
  if (window < kShortestWindow) return;
  const double seconds = absl::ToDoubleSeconds(window);
  backlog.set_queued_per_second(std::max<double>(0, static_cast<double>(last.queued - first.queued) / seconds));
  backlog.set_finished_per_second(std::max<double>(0, static_cast<double>(last.finished - first.finished) / seconds));
  const double drained = backlog.finished_per_second() - backlog.queued_per_second();
  if (backlog.records() > 0 && drained > 0) {
    *backlog.mutable_time_to_drain() = ToProto(absl::Seconds(static_cast<double>(backlog.records()) / drained));
  }
}

v1::Backlog BacklogLedger::BacklogOf(absl::string_view prefix, absl::Time wall_time,
                                     std::optional<absl::Time> oldest_reported) const {
  v1::Backlog backlog;
  if (!observed_.has_value()) return backlog;
  *backlog.mutable_observe_time() = ToProto(*observed_);
  const auto found = workflows_.find(std::string(prefix));
  if (found == workflows_.end()) return backlog;
  absl::Time oldest = absl::InfiniteFuture();
  for (const auto& [number, partition] : found->second.partitions) {
    v1::PartitionBacklog& part = *backlog.add_partitions();
    part.set_partition(number);
    part.set_queued_ordinal(partition.queued);
    part.set_finished_ordinal(partition.finished);
    const int64_t waiting = std::max<int64_t>(0, partition.queued - partition.finished);
    if (waiting == 0) continue;
    backlog.set_records(backlog.records() + waiting);
    backlog.set_bytes(backlog.bytes() + std::max<int64_t>(0, partition.queued_bytes - partition.finished_bytes));
    const std::optional<absl::Time> queued = OldestQueued(partition);
    if (queued.has_value())
      oldest = std::min(oldest, *queued);
    else if (oldest_reported.has_value())
      oldest = std::min(oldest, *oldest_reported);
  }
  if (oldest != absl::InfiniteFuture()) {
    *backlog.mutable_oldest_age() = ToProto(std::max(absl::ZeroDuration(), wall_time - oldest));
  }
  AddRates(found->second, backlog);
  return backlog;
}

int64_t BacklogLedger::RowsOf(absl::string_view prefix, const std::string& table) const {
  const auto found = workflows_.find(std::string(prefix));
  if (found == workflows_.end()) return 0;
  const auto rows = found->second.tables.find(table);
  return rows == found->second.tables.end() ? 0 : rows->second.rows;
}

std::map<std::string, v1::HeldDeletions> BacklogLedger::HeldOf(absl::string_view prefix) const {
  std::map<std::string, v1::HeldDeletions> all;
  const auto found = workflows_.find(std::string(prefix));
  if (found == workflows_.end()) return all;
  for (const auto& [name, table] : found->second.tables) {
    if (table.held.has_value() && table.held->pass() != table.confirmed_pass) all[name] = *table.held;
  }
  return all;
}

std::vector<v1::TableTotals> BacklogLedger::TotalsOf(absl::string_view prefix) const {
  const auto found = workflows_.find(std::string(prefix));
  if (found == workflows_.end()) return {};
  std::map<std::string, v1::TableTotals> tables;
  for (const auto& [name, read] : found->second.read) {
    v1::TableTotals& totals = tables[name];
    totals.set_read(read.read());
    totals.set_queued(read.queued());
    totals.set_left_out(read.skipped());
    *totals.mutable_left_out_by_reason() = read.skipped_by_reason();
    totals.set_rejected(read.rejected());
  }
  for (const auto& [number, partition] : found->second.partitions) {
    for (const auto& [name, written] : partition.totals) {
      v1::TableTotals& totals = tables[name];
      totals.set_written(totals.written() + written.written());
      totals.set_unchanged(totals.unchanged() + written.unchanged());
      totals.set_skipped(totals.skipped() + written.skipped());
      for (const auto& [reason, count] : written.skipped_by_reason()) (*totals.mutable_skipped_by_reason())[reason] += count;
      totals.set_dead_lettered(totals.dead_lettered() + written.dead());
      totals.set_swept(totals.swept() + written.swept());
    }
  }
  std::vector<v1::TableTotals> list;
  for (auto& [name, totals] : tables) {
    totals.set_table(name);
    list.push_back(std::move(totals));
  }
  return list;
}

int64_t BacklogLedger::RunOf(absl::string_view prefix) const {
  const auto found = workflows_.find(std::string(prefix));
  return found == workflows_.end() ? 0 : found->second.run;
}

std::vector<BacklogLedger::Unknown> BacklogLedger::UnknownAges(absl::string_view prefix) const {
  std::vector<Unknown> unknown;
  const auto found = workflows_.find(std::string(prefix));
  if (found == workflows_.end()) return unknown;
  for (const auto& [number, partition] : found->second.partitions) {
    const int64_t first = partition.finished + 1;
    const bool waits = partition.queued >= first && first <= partition.undated.value_or(0);
    const bool known = partition.learned.has_value() && partition.learned->ordinal == first;
    if (waits && !known) unknown.push_back({number, first, partition.offset});
  }
  return unknown;
}

void BacklogLedger::Learn(absl::string_view prefix, int32_t partition, int64_t ordinal, absl::Time queued) {
  const auto found = workflows_.find(std::string(prefix));
  if (found != workflows_.end()) found->second.partitions[partition].learned = Dated{ordinal, queued};
}

}  // namespace causeway::controller
