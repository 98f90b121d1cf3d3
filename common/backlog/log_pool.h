// LogPool: the librdkafka consumers that log readers share, and a reader's fetching through one of them. Internal to
// this library.
//
// A consumer takes a connection and threads, so readers share one; but librdkafka fetches a partition once a consumer,
// so two readers of the same partition have different ones. A consumer that serves nobody is kept for the next reader,
// one of them.
//
// Loop's thread only. The pool outlives its fetches.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/backlog/feed.h"
#include "common/backlog/rd_client.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {

class LogPool {
  using Key = std::pair<std::string, int32_t>;

  // Fetching is begun and ended on the worker, one after the other: ending waits for librdkafka.
  struct Shared {
    std::unique_ptr<Client> client;
    std::set<Key> fetching;
    std::atomic<bool> waking = false;
    Worker worker;
  };

 public:
  // One partition being fetched. Life: from LogPool::Start; destroying it ends the fetching, in the background.
  class Fetch {
   public:
    Fetch(LogPool& pool, Shared& shared, Key key, int64_t offset);
    ~Fetch();
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;

    // As Feed's.
    Feed::Taken Take(size_t max);
    std::shared_ptr<async::Notifier> came() const { return feed_->came(); }

   private:
    LogPool& pool_;
    Shared& shared_;
    const Key key_;
    std::shared_ptr<rd_kafka_topic_t> topic_;
    std::unique_ptr<Feed> feed_;
  };

  // Consumers end on the reaper, which outlives the pool.
  LogPool(async::Loop& loop, Worker& reaper, const KafkaOptions& options)
      : loop_(loop), reaper_(reaper), options_(options) {}
  ~LogPool();

  absl::StatusOr<std::unique_ptr<Fetch>> Start(const std::string& topic, int32_t partition, int64_t offset);

 private:
  absl::StatusOr<Shared*> Acquire(const Key& key);
  void Release(Shared& shared, const Key& key);

  async::Loop& loop_;
  Worker& reaper_;
  const KafkaOptions& options_;
  std::vector<std::unique_ptr<Shared>> shared_;
};

}  // namespace causeway::backlog
