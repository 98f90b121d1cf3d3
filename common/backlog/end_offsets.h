// EndOffsets: asks Kafka for partitions' high watermarks, many at once. Internal to this library.
//
// Not the last stable offset: records of transactions that are decided but lack their marker lie below the high
// watermark.
//
// Loop's thread only; the thread on which the asking blocks is its own. `client` (read_uncommitted) outlives it.
#pragma once

#include <map>
#include <memory>
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

class EndOffsets {
 public:
  EndOffsets(async::Loop& loop, Client& client, absl::Duration patience)
      : loop_(loop), client_(client), patience_(patience) {}

  // As of a moment after the call. UNAVAILABLE after `patience`.
  async::Task<absl::StatusOr<int64_t>> HighWatermark(std::string topic, int32_t partition);

 private:
  using Key = std::pair<std::string, int32_t>;
  using Answer = async::OneShot<absl::StatusOr<int64_t>>;
  using Questions = std::map<Key, std::vector<Answer>>;

  void AnswerAll();
  rd_kafka_resp_err_t Ask(rd_kafka_topic_partition_list_t* list);

  async::Loop& loop_;
  Client& client_;
  const absl::Duration patience_;
  std::mutex mutex_;
  Questions questions_;  // Nobody has begun to answer them.
  Worker worker_;
};

}  // namespace causeway::backlog
