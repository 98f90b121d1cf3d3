#include "common/backlog/queue_signal.h"

#include <utility>

namespace causeway::backlog {

QueueSignal::QueueSignal(async::Loop& loop, rd_kafka_queue_t* queue, std::function<void()> call)
    : loop_(loop), queue_(queue), call_(std::make_shared<std::function<void()>>(std::move(call))) {
  rd_kafka_queue_cb_event_enable(queue_, OnEdge, this);
}

// librdkafka calls OnEdge under the queue's lock, which this takes: afterwards none runs.
QueueSignal::~QueueSignal() { rd_kafka_queue_cb_event_enable(queue_, nullptr, nullptr); }

void QueueSignal::OnEdge(rd_kafka_t*, void* opaque) {
  auto* signal = static_cast<QueueSignal*>(opaque);
  signal->loop_.Post([weak = std::weak_ptr<std::function<void()>>(signal->call_)] {
    if (auto call = weak.lock()) (*call)();
  });
}

}  // namespace causeway::backlog
