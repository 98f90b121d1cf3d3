#include "common/engine/queue_tail.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/backlog/record.h"
#include "common/errors/error.h"

namespace causeway::engine {

async::Task<absl::Status> CheckTail(backlog::Broker& broker, std::string topic, int32_t partition, QueuePlace place, int64_t queued) {
  const int64_t earliest = place.offset + std::max(queued - place.ordinal - 1, int64_t{0});
  auto log = co_await broker.OpenLog(std::move(topic), partition, earliest);
  if (!log.ok()) co_return absl::UnavailableError(log.status().message());
  int64_t last = place.ordinal;
  for (bool reached_end = false; !reached_end;) {
    auto batch = co_await (*log)->Next();
    if (absl::IsOutOfRange(batch.status())) break;
    if (!batch.ok()) co_return absl::UnavailableError(batch.status().message());
    for (const backlog::Message& message : batch->messages) {
      auto record = backlog::DecodeRecord(message);
      if (!record.ok()) co_return record.status();
      last = std::max(last, record->ordinal());
    }
    if (last >= queued) co_return absl::OkStatus();
    reached_end = batch->reached_end;
  }
  co_return errors::Make(errors::kBacklogGap,
                         absl::StrCat("Partition ", partition, " of the backlog has lost its end: ordinal ", queued,
                                      " was queued, the log ends before it (last finished or read: ordinal ",
                                      last, ")."),
                         absl::StrCat("partition ", partition));
}

}  // namespace causeway::engine
