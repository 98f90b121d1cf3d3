#include "common/backlog/feed.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/backlog/rd_client.h"

namespace causeway::backlog {
namespace {

constexpr size_t kChunk = 1000;

}  // namespace

Feed::Feed(async::Loop& loop, std::shared_ptr<rd_kafka_queue_t> queue, Capacity capacity)
    : came_(std::make_shared<async::Notifier>(loop)),
      queue_(std::move(queue)),
      signal_(loop, queue_.get(), [this] { came_->Notify(); }),
      capacity_(capacity) {}

Feed::~Feed() {
  came_->Notify();
  std::array<rd_kafka_message_t*, kChunk> chunk;
  for (;;) {
    const ssize_t count = rd_kafka_consume_batch_queue(queue_.get(), 0, chunk.data(), chunk.size());
    for (ssize_t i = 0; i < count; ++i) rd_kafka_message_destroy(chunk[i]);
    if (count < static_cast<ssize_t>(chunk.size())) return;
  }
}

Feed::Taken Feed::Take(size_t max) {
  Taken taken;
  taken.error = error_;
  if (!error_.ok()) return taken;
  std::array<rd_kafka_message_t*, kChunk> chunk;
  const ssize_t wanted = static_cast<ssize_t>(std::min(max, kChunk));
  const ssize_t count = rd_kafka_consume_batch_queue(queue_.get(), 0, chunk.data(), wanted);
  if (count > 0) taken.messages.reserve(count);
  for (ssize_t i = 0; i < count; ++i) {
    Accept(*chunk[i], taken);
    rd_kafka_message_destroy(chunk[i]);
  }
  if (count < wanted) {
    stalled_ = stalled_ || taken_.bytes >= capacity_.bytes || taken_.records >= capacity_.records;
    taken_ = {};
  }
  if (taken.messages.empty()) taken.error = error_;
  return taken;
}

bool Feed::TakeStall() { return std::exchange(stalled_, false); }

void Feed::Accept(const rd_kafka_message_t& message, Taken& taken) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    Message& out = taken.messages.emplace_back();
    out.partition = message.partition;
    out.offset = message.offset;
    if (message.key != nullptr) out.key.assign(static_cast<const char*>(message.key), message.key_len);
    if (message.payload != nullptr) out.value.emplace(static_cast<const char*>(message.payload), message.len);
    taken_.bytes += message.key_len + message.len;
    ++taken_.records;
  } else if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    taken.end = message.offset;
  } else if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
    error_ =
        absl::OutOfRangeError(absl::StrCat("partition ", message.partition, ": ", rd_kafka_message_errstr(&message)));
  } else {
    // What passes is librdkafka's to retry, and in its log.
    const absl::Status status = ToStatus(message.err, absl::StrCat("partition ", message.partition));
    if (!absl::IsUnavailable(status)) error_ = status;
  }
}

}  // namespace causeway::backlog
