// KafkaLogReader: LogReader over a LogPool. Internal to this library.
//
// It fetches only from a Next that finds the log to go further until the end is reached: a reader that waits for the
// next catch-up costs nothing. Where it stands is known beyond the last record: librdkafka tells the offset of an end
// that it meets, behind markers and aborted records.
#pragma once

#include <memory>
#include <string>

#include "common/backlog/broker.h"
#include "common/backlog/log_bounds.h"
#include "common/backlog/log_pool.h"

namespace causeway::backlog {

class KafkaLogReader final : public LogReader {
 public:
  // All outlive the reader.
  KafkaLogReader(async::Loop& loop, LogBounds& bounds, LogPool& pool, std::string topic, int32_t partition,
                 int64_t offset);
  ~KafkaLogReader() override;

  async::Task<absl::StatusOr<Batch>> Next() override;

 private:
  struct State;

  // Shared with a Next that waits: destroying the reader under it is safe.
  std::shared_ptr<State> state_;
};

}  // namespace causeway::backlog
