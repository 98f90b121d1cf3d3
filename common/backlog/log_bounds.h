// LogBounds: asks Kafka where partitions begin and end, for many at once. Internal to this library.
//
// The end is the high watermark, not the last stable offset: records of transactions that are decided but lack their
// marker lie below it.
//
// A partition whose leader doesn't answer makes librdkafka wait for it and fail all that was asked with it. So what can't be told soon
// is asked apart from then on, on another thread, until it can be told again.
//
// Loop's thread only; the threads on which the asking blocks are its own. `client` (read_uncommitted) outlives it.
#pragma once

#include <map>
#include <mutex>
#include <set>
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

  // As of a moment after the call. UNAVAILABLE when it can't be told within `patience`, or twice that while other partitions can't either.
  async::Task<absl::StatusOr<int64_t>> Begin(const std::string& topic, int32_t partition);
  async::Task<absl::StatusOr<int64_t>> End(const std::string& topic, int32_t partition);

 private:
  using Key = std::pair<std::string, int32_t>;
  using Answer = async::OneShot<absl::StatusOr<int64_t>>;
  using Questions = std::map<Key, std::vector<Answer>>;

  // `which` as librdkafka says it: RD_KAFKA_OFFSET_BEGINNING or RD_KAFKA_OFFSET_END.
  async::Task<absl::StatusOr<int64_t>> Ask(int64_t which, const std::string& topic, int32_t partition);
  void AnswerTogether(int64_t which);
  void AnswerApart(int64_t which);
  rd_kafka_resp_err_t Look(int64_t which, const Questions& questions, rd::PartitionList& list) const;
  void AnswerFrom(const Questions& questions, const rd_kafka_topic_partition_list_t& list, rd_kafka_resp_err_t error) const;
  // `entry` is looked at where there is no error.
  static absl::StatusOr<int64_t> OffsetOf(const Key& key, const rd_kafka_topic_partition_t* entry, rd_kafka_resp_err_t error);

  async::Loop& loop_;
  Client& client_;
  const absl::Duration patience_;
  std::mutex mutex_;
  std::map<int64_t, Questions> together_, apart_;  // Nobody has begun to answer them.
  std::set<Key> slow_;
  Worker slow_worker_;
  Worker worker_;  // Gives the other one work, so it ends first.
};

}  // namespace causeway::backlog
