// Whether a partition of the backlog still holds all that was queued: a broker that lost its newest records (a disk restored from a
// backup, an unclean election) shows nothing of it before the next record comes, whose ordinal doesn't follow.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/async/task.h"
#include "common/backlog/broker.h"

namespace causeway::engine {

// Where something is in a partition: `offset` is that of the record after `ordinal`, or an earlier one.
struct QueuePlace {
  int64_t offset = 0;
  int64_t ordinal = 0;
};

// `queued`: ordinal of the last record queued, as a checkpoint says that was committed with it. CW-LOG-GAP with both ordinals when a
// reading to the log's end doesn't come to it, or the log ends before `place`; whoever asks makes sure that the records weren't finished and trimmed meanwhile.
// UNAVAILABLE: ask again.
//
// Reads little of a large backlog: each record takes an offset at least, so the last one lies no earlier than `queued` says, and no
// later than by the markers of the transactions between.
async::Task<absl::Status> CheckTail(backlog::Broker& broker, std::string topic, int32_t partition, QueuePlace place, int64_t queued);

}  // namespace causeway::engine
