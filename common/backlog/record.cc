#include "common/backlog/record.h"

#include <xxhash.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"

namespace causeway::backlog {

std::string RecordKey(absl::string_view table, absl::string_view source_id) { return absl::StrCat(table, ":", source_id); }

int32_t PartitionOf(absl::string_view key, int32_t partitions) {
  return static_cast<int32_t>(XXH3_64bits(key.data(), key.size()) % static_cast<uint64_t>(partitions));
}

absl::StatusOr<v1::QueuedRecord> DecodeRecord(const Message& message) {
  v1::QueuedRecord record;
  if (!message.value.has_value() || !record.ParseFromString(*message.value) || record.ordinal() <= 0 ||
      record.kind() == v1::QueuedRecord::KIND_UNSPECIFIED) {
    return errors::Make(errors::kBacklogRecord,
                        absl::StrCat("Offset ", message.offset, " of partition ", message.partition, " holds no queued record."),
                        absl::StrCat("partition ", message.partition));
  }
  return record;
}

std::string OffsetMetadata::Encode() const {
  return absl::StrCat("v3 ", ordinal, " ", bytes, " ", window, " ", absl::ToInt64Milliseconds(request_deadline), " ", run, " ", owner);
}

// Version 0.1 wrote "v2", without a run.
absl::StatusOr<OffsetMetadata> OffsetMetadata::Decode(absl::string_view text) {
  const bool with_run = absl::StartsWith(text, "v3 ");
  const size_t numbers = with_run ? 5 : 4;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits(' ', static_cast<int>(numbers) + 1));
  OffsetMetadata metadata;
  int64_t deadline_ms = 0;
  if (parts.size() != numbers + 2 || (!with_run && parts[0] != "v2") || !absl::SimpleAtoi(parts[1], &metadata.ordinal) ||
      !absl::SimpleAtoi(parts[2], &metadata.bytes) || !absl::SimpleAtoi(parts[3], &metadata.window) ||
      !absl::SimpleAtoi(parts[4], &deadline_ms) || (with_run && !absl::SimpleAtoi(parts[5], &metadata.run))) {
    return errors::Make(errors::kBacklogRecord, "A committed offset carries metadata that Causeway did not write.");
  }
  metadata.request_deadline = absl::Milliseconds(deadline_ms);
  metadata.owner = std::string(parts.back());
  return metadata;
}

}  // namespace causeway::backlog
