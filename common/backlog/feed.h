// Feed: the records of one partition as librdkafka delivers them on a queue, and the wake-up of whoever waits for them.
// Internal to this library.
//
// Life: construct with the queue; loop's thread only; destroying it drops what wasn't taken.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "common/async/notifier.h"
#include "common/backlog/broker.h"
#include "common/backlog/queue_signal.h"
#include "common/backlog/rd_handles.h"

namespace causeway::backlog {

class Feed {
 public:
  // How much a queue holds when librdkafka stops fetching; a fetch that is on its way then comes on top. A record takes
  // about 250 bytes besides its own.
  struct Capacity {
    size_t bytes = 0;
    size_t records = 0;
  };
  struct Taken {
    std::vector<Message> messages;
    // The partition's end, if that is what came.
    std::optional<int64_t> end;
    // OUT_OF_RANGE: the offset is not in the log. Comes after the messages before it, and ever again.
    absl::Status error;
  };

  Feed(async::Loop& loop, std::shared_ptr<rd_kafka_queue_t> queue, Capacity capacity);
  ~Feed();

  // Up to `max` of what has come, without waiting.
  Taken Take(size_t max);
  // Notified when something comes after Take found nothing more, and when the feed ends. Those who wait hold it, not
  // the feed.
  std::shared_ptr<async::Notifier> came() const { return came_; }

  // Whether the queue was emptied after it may have been full. librdkafka 2.0 notices within a second only, so somebody
  // should wake it. Asking resets it.
  bool TakeStall();

 private:
  void Accept(const rd_kafka_message_t& message, Taken& taken);

  const std::shared_ptr<async::Notifier> came_;
  const std::shared_ptr<rd_kafka_queue_t> queue_;
  const QueueSignal signal_;
  const Capacity capacity_;
  Capacity taken_;  // Since the queue was last found empty.
  bool stalled_ = false;
  absl::Status error_;
};

}  // namespace causeway::backlog
