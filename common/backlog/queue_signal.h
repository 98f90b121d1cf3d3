// QueueSignal: calls on the loop whenever a librdkafka queue turns from empty to not empty. Internal to this library.
//
// librdkafka tells only of that edge, so whoever waits for it has found the queue empty before. An edge between that
// look and the wait isn't missed: the call runs on the loop after both.
//
// Life: construct; destroyed on the loop's thread it never calls again. The queue outlives it.
#pragma once

#include <functional>
#include <memory>

#include "common/async/loop.h"
#include "common/backlog/rd_handles.h"

namespace causeway::backlog {

class QueueSignal {
 public:
  QueueSignal(async::Loop& loop, rd_kafka_queue_t* queue, std::function<void()> call);
  ~QueueSignal();
  QueueSignal(const QueueSignal&) = delete;
  QueueSignal& operator=(const QueueSignal&) = delete;

 private:
  static void OnEdge(rd_kafka_t*, void* opaque);

  async::Loop& loop_;
  rd_kafka_queue_t* const queue_;
  const std::shared_ptr<std::function<void()>> call_;
};

}  // namespace causeway::backlog
