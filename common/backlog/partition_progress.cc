#include "common/backlog/partition_progress.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace causeway::backlog {

PartitionProgress::PartitionProgress(int32_t partition, Position start, int64_t window, int64_t uncertain_until)
    : partition_(partition),
      window_(window),
      uncertain_until_(uncertain_until),
      committed_(start),
      prefix_(start) {}

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

void PartitionProgress::Finish(int64_t ordinal) {
  pending_[ordinal - prefix_.ordinal - 1].finished = true;
  while (!pending_.empty() && pending_.front().finished) {
    const Record& record = pending_.front();
    prefix_ = {record.offset + 1, prefix_.ordinal + 1, prefix_.bytes + record.bytes};
    pending_.pop_front();
  }
}

int64_t PartitionProgress::Room() const {
  return std::max(committed_.ordinal + window_, uncertain_until_) - admitted();
}

absl::Time PartitionProgress::OldestQueued() const {
  return pending_.empty() ? absl::InfiniteFuture() : pending_.front().queued_time;
}

}  // namespace causeway::backlog
