#include "common/backlog/log_pool.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace causeway::backlog {
namespace {

constexpr Feed::Capacity kCapacity{.bytes = 2 << 20, .records = 10000};

absl::StatusOr<std::unique_ptr<Client>> MakeClient(const KafkaOptions& options) {
  const Client::Settings tuning{
      {"queued.max.messages.kbytes", absl::StrCat(kCapacity.bytes >> 10)},
      {"queued.min.messages", absl::StrCat(kCapacity.records)},
      {"max.partition.fetch.bytes", absl::StrCat(1 << 20)},
      {"fetch.max.bytes", absl::StrCat(2 << 20)},
      // That the end is reached shows in a fetch that brings nothing. A reader fetches only until then.
      {"fetch.wait.max.ms", "10"},
  };
  const Client::Settings fixed{
      {"isolation.level", "read_committed"}, {"enable.auto.commit", "false"},  {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},        {"enable.partition.eof", "true"}, {"check.crcs", "true"},
  };
  return Client::Make(RD_KAFKA_CONSUMER, options, tuning, fixed, Client::Hooks{options.log});
}

}  // namespace

LogPool::Fetch::Fetch(LogPool& pool, Shared& shared, Key key, int64_t offset)
    : pool_(pool),
      shared_(shared),
      key_(std::move(key)),
      topic_(rd::Topic(rd_kafka_topic_new(shared.client->get(), key_.first.c_str(), nullptr))) {
  std::shared_ptr<rd_kafka_queue_t> queue = rd::Queue(rd_kafka_queue_new(shared.client->get()));
  feed_ = std::make_unique<Feed>(pool.loop_, queue, kCapacity);
  shared_.worker.Post([topic = topic_, queue, partition = key_.second, offset] {
    rd_kafka_consume_start_queue(topic.get(), partition, offset == kLogStart ? RD_KAFKA_OFFSET_BEGINNING : offset,
                                 queue.get());
  });
}

LogPool::Fetch::~Fetch() {
  feed_.reset();
  // With the last of its handles, before the client may end.
  shared_.worker.Post(
      [topic = std::move(topic_), partition = key_.second] { rd_kafka_consume_stop(topic.get(), partition); });
  pool_.Release(shared_, key_);
}

Feed::Taken LogPool::Fetch::Take(size_t max) {
  Feed::Taken taken = feed_->Take(max);
  if (feed_->TakeStall() && !shared_.waking.exchange(true)) {
    shared_.worker.Post([&shared = shared_, key = key_] {
      shared.waking = false;
      shared.client->WakeFetcher(key.first, key.second);
    });
  }
  return taken;
}

LogPool::~LogPool() {
  for (auto& shared : shared_) {
    reaper_.Post([shared = std::move(shared)]() mutable { shared.reset(); });
  }
}

absl::StatusOr<std::unique_ptr<LogPool::Fetch>> LogPool::Start(const std::string& topic, int32_t partition,
                                                               int64_t offset) {
  Key key(topic, partition);
  auto shared = Acquire(key);
  if (!shared.ok()) return shared.status();
  return std::make_unique<Fetch>(*this, **shared, std::move(key), offset);
}

absl::StatusOr<LogPool::Shared*> LogPool::Acquire(const Key& key) {
  for (const auto& shared : shared_) {
    if (shared->fetching.insert(key).second) return shared.get();
  }
  auto client = MakeClient(options_);
  if (!client.ok()) return client.status();
  auto& shared = shared_.emplace_back(std::make_unique<Shared>());
  shared->client = *std::move(client);
  shared->fetching.insert(key);
  return shared.get();
}

void LogPool::Release(Shared& shared, const Key& key) {
  shared.fetching.erase(key);
  const auto idle = [](const std::unique_ptr<Shared>& one) { return one->fetching.empty(); };
  if (std::count_if(shared_.begin(), shared_.end(), idle) < 2) return;
  const auto last_idle = std::find_if(shared_.rbegin(), shared_.rend(), idle);
  reaper_.Post([shared = std::move(*last_idle)]() mutable { shared.reset(); });
  shared_.erase(std::next(last_idle).base());
}

}  // namespace causeway::backlog
