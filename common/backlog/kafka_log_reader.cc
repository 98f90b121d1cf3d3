#include "common/backlog/kafka_log_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::backlog {
namespace {

constexpr size_t kBatch = 1000;
// How long Next waits at an undecided transaction, or for a broker, before it returns nothing.
constexpr absl::Duration kPatience = absl::Milliseconds(500);

}  // namespace

struct KafkaLogReader::State {
  State(async::Loop& loop, LogBounds& bounds, LogPool& pool, std::string topic, int32_t partition, int64_t offset)
      : loop(loop), bounds(bounds), pool(pool), topic(std::move(topic)), partition(partition), position(offset) {}

  absl::Status StartFetching();
  absl::StatusOr<std::vector<Message>> Take();

  async::Loop& loop;
  LogBounds& bounds;
  LogPool& pool;
  const std::string topic;
  const int32_t partition;
  int64_t position;  // Of the next record.
  std::unique_ptr<LogPool::Fetch> fetch;
  bool ended = false;
};

KafkaLogReader::KafkaLogReader(async::Loop& loop, LogBounds& bounds, LogPool& pool, std::string topic,
                               int32_t partition, int64_t offset)
    : state_(std::make_shared<State>(loop, bounds, pool, std::move(topic), partition, offset)) {}

KafkaLogReader::~KafkaLogReader() {
  state_->fetch.reset();
  state_->ended = true;
}

absl::Status KafkaLogReader::State::StartFetching() {
  if (fetch) return absl::OkStatus();
  auto started = pool.Start(topic, partition, position);
  if (!started.ok()) return started.status();
  fetch = *std::move(started);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Message>> KafkaLogReader::State::Take() {
  Feed::Taken taken = fetch->Take(kBatch);
  if (!taken.error.ok()) {
    fetch.reset();
    return taken.error;
  }
  if (!taken.messages.empty()) position = taken.messages.back().offset + 1;
  if (taken.end.has_value()) position = std::max(position, *taken.end);
  return std::move(taken.messages);
}

async::Task<absl::StatusOr<LogReader::Batch>> KafkaLogReader::Next() {
  const std::shared_ptr<State> state = state_;
  if (state->fetch) {
    // In the middle of the log there's no need to know where it ends.
    auto messages = state->Take();
    if (!messages.ok()) co_return messages.status();
    if (!messages->empty()) co_return Batch{*std::move(messages), state->position, false};
  }
  // librdkafka could find the log's start as well, but takes half a second for it.
  if (state->position == kLogStart) {
    auto begin = co_await state->bounds.Begin(state->topic, state->partition);
    if (!begin.ok()) co_return begin.status();
    state->position = *begin;
  }
  auto end = co_await state->bounds.End(state->topic, state->partition);
  if (!end.ok()) co_return end.status();
  if (state->position > *end) {
    co_return absl::OutOfRangeError(absl::StrCat("offset ", state->position, " lies beyond the end ", *end, " of ",
                                                 state->topic, " ", state->partition));
  }
  Batch batch;
  const async::Instant deadline = state->loop.Now() + kPatience;
  bool waited = true;
  while (waited && !state->ended && state->position < *end) {
    if (absl::Status started = state->StartFetching(); !started.ok()) co_return started;
    auto messages = state->Take();
    if (!messages.ok()) co_return messages.status();
    batch.messages = *std::move(messages);
    if (!batch.messages.empty() || state->position >= *end) break;
    const std::shared_ptr<async::Notifier> came = state->fetch->came();
    waited = co_await came->WaitUntil(deadline);
  }
  batch.next_offset = state->position;
  batch.reached_end = state->position >= *end;
  if (batch.reached_end) state->fetch.reset();
  co_return batch;
}

}  // namespace causeway::backlog
