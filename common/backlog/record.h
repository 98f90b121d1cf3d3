// How a record is keyed, placed and encoded in the backlog. Pure.
#pragma once

#include <cstdint>
#include <string>
#include "absl/strings/string_view.h"

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "causeway/v1/record.pb.h"
#include "common/backlog/broker.h"

namespace causeway::backlog {

// All versions of a row share a key, so they queue in one partition, in order.
std::string RecordKey(absl::string_view table, absl::string_view source_id);

// The same in every release and on every machine: backlog and index stay co-partitioned.
int32_t PartitionOf(absl::string_view key, int32_t partitions);

// What a record counts in the backlog's size.
inline int64_t SizeOf(absl::string_view key, absl::string_view value) { return static_cast<int64_t>(key.size() + value.size()); }

// CW-LOG-RECORD when the message is no QueuedRecord.
absl::StatusOr<v1::QueuedRecord> DecodeRecord(const Message& message);

// The metadata of a committed offset: what was finished up to there, and who may have gone further.
struct OffsetMetadata {
  int64_t ordinal = 0;  // Of the last record finished.
  int64_t bytes = 0;    // Of all records finished.
  std::string owner;    // Empty: released, nothing was dispatched beyond the offset.
  int32_t window = 0;   // How many records beyond the offset the owner may have dispatched.
  // How long after it was sent a request for one of them may still take effect; whole milliseconds.
  absl::Duration request_deadline;
  // Of the owner; 0: it was version 0.1's, which didn't say.
  int64_t run = 0;

  std::string Encode() const;
  // CW-LOG-RECORD when it is something else.
  static absl::StatusOr<OffsetMetadata> Decode(absl::string_view text);
};

}  // namespace causeway::backlog
