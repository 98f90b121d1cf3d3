// LogBounds: asks Kafka where partitions begin and end, for many at once. Internal to this library.
//
// The end is the high watermark, not the last stable offset: records of transactions that are decided but lack their
// marker lie below it.
//
// Loop's thread only; the thread on which the asking blocks is its own. `client` (read_uncommitted) outlives it.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/one_shot.h"
#include "common/async/task.h"
#include "common/backlog/rd_client.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {

class LogBounds {
 public:
  LogBounds(async::Loop& loop, Client& client, absl::Duration patience)
      : loop_(loop), client_(client), patience_(patience) {}

  // As of a moment after the call. UNAVAILABLE after `patience`.
  async::Task<absl::StatusOr<int64_t>> Begin(const std::string& topic, int32_t partition);
  async::Task<absl::StatusOr<int64_t>> End(const std::string& topic, int32_t partition);

 private:
  using Key = std::pair<std::string, int32_t>;
  using Answer = async::OneShot<absl::StatusOr<int64_t>>;
  using Questions = std::map<Key, std::vector<Answer>>;

  // `which` as librdkafka says it: RD_KAFKA_OFFSET_BEGINNING or RD_KAFKA_OFFSET_END.
  async::Task<absl::StatusOr<int64_t>> Ask(int64_t which, const std::string& topic, int32_t partition);
  void AnswerAll(int64_t which);
  absl::StatusOr<int64_t> OffsetOf(const rd_kafka_topic_partition_t& entry, rd_kafka_resp_err_t error) const;

  async::Loop& loop_;
  Client& client_;
  const absl::Duration patience_;
  std::mutex mutex_;
  std::map<int64_t, Questions> questions_;  // Nobody has begun to answer them.
  Worker worker_;
};

}  // namespace causeway::backlog
