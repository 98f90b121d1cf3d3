#include "common/backlog/partition_progress.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace causeway::backlog {

PartitionProgress::PartitionProgress(int32_t partition, Position start, int64_t window, int64_t uncertain_until, Totals totals)
    : partition_(partition),
      window_(window),
      uncertain_until_(uncertain_until),
      committed_(start),
      prefix_(start),
      totals_(std::move(totals)) {}

absl::Status PartitionProgress::Admit(int64_t offset, int64_t ordinal, int64_t bytes, absl::Time queued_time) {
  const int64_t expected = admitted() + 1;
  if (ordinal != expected) {
    return errors::Make(errors::kBacklogGap,
                        absl::StrCat("In partition ", partition_, " of the backlog ordinal ", ordinal, " (offset ", offset,
                                     ") follows ordinal ", expected - 1, "."),
                        absl::StrCat("partition ", partition_));
  }
  pending_.push_back({offset, bytes, queued_time});
  return absl::OkStatus();
}

void PartitionProgress::Finish(int64_t ordinal, Fate fate, const std::string& table, const std::string& reason) {
  pending_[ordinal - prefix_.ordinal - 1].finished = true;
  if (fate != Fate::kNoRow) finished_rows_.emplace(ordinal, Row{fate, table, reason});
  while (!pending_.empty() && pending_.front().finished) {
    const Record& record = pending_.front();
    prefix_ = {record.offset + 1, prefix_.ordinal + 1, prefix_.bytes + record.bytes};
    pending_.pop_front();
    if (auto row = finished_rows_.extract(prefix_.ordinal); !row.empty()) Count(row.mapped());
  }
}

void PartitionProgress::Count(const Row& row) {
  v1::WriteTotals& totals = totals_[row.table];
  switch (row.fate) {
    case Fate::kNoRow: break;
    case Fate::kWritten: totals.set_written(totals.written() + 1); break;
    case Fate::kUnchanged: totals.set_unchanged(totals.unchanged() + 1); break;
    case Fate::kSkipped:
      totals.set_skipped(totals.skipped() + 1);
      ++(*totals.mutable_skipped_by_reason())[row.reason];
      break;
    case Fate::kDead: totals.set_dead(totals.dead() + 1); break;
  }
}

int64_t PartitionProgress::Room() const {
  return std::max(committed_.ordinal + window_, uncertain_until_) - admitted();
}

absl::Time PartitionProgress::OldestQueued() const {
  return pending_.empty() ? absl::InfiniteFuture() : pending_.front().queued_time;
}

}  // namespace causeway::backlog
