#include "common/backlog/kafka_consumer.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::backlog {
namespace {

constexpr absl::Duration kPollEvery = absl::Milliseconds(500);
constexpr absl::Duration kClosePatience = absl::Seconds(5);
constexpr absl::Duration kCloseTurn = absl::Milliseconds(20);

std::vector<int32_t> Ids(const rd_kafka_topic_partition_list_t* list) {
  std::vector<int32_t> ids;
  for (int i = 0; list != nullptr && i < list->cnt; ++i) ids.push_back(list->elems[i].partition);
  std::sort(ids.begin(), ids.end());
  return ids;
}

// The client, and the thread on which its calls block. Ends on the reaper, the thread first.
struct Core {
  std::unique_ptr<GroupClient> client;
  std::atomic<bool> waking = false;
  Worker worker;
};

}  // namespace

struct KafkaConsumer::State {
  State(async::Loop& loop, Worker& reaper)
      : loop(loop), reaper(reaper), changed(loop), core(std::make_unique<Core>()) {}

  GroupClient& client() { return *core->client; }
  void Listen(rd::Queue new_queue);
  void PollLater();
  void Poll();
  void OnRebalance(rd_kafka_event_t* event);
  void OnError(rd_kafka_event_t* event);
  bool RevokedIsComing() const;
  void WakeFetcher(int32_t partition);
  void End();

  async::Loop& loop;
  Worker& reaper;
  absl::Duration committed_patience;
  std::deque<Event> events;
  absl::Status failure;
  bool closing = false;
  std::shared_ptr<const rd::GroupMetadata> member;
  async::Notifier changed;
  async::Loop::TimerId timer = 0;
  std::unique_ptr<Core> core;
  rd::Queue queue;  // Of events.
  std::unique_ptr<QueueSignal> signal;
  std::map<int32_t, std::unique_ptr<Feed>> feeds;
};

KafkaConsumer::KafkaConsumer(async::Loop& loop, Worker& reaper, std::unique_ptr<GroupClient> client,
                             absl::Duration committed_patience)
    : state_(std::make_shared<State>(loop, reaper)) {
  state_->committed_patience = committed_patience;
  state_->core->client = std::move(client);
  state_->Listen(state_->client().EventQueue());
  state_->PollLater();
}

KafkaConsumer::~KafkaConsumer() { state_->End(); }

void KafkaConsumer::State::End() {
  loop.Cancel(timer);
  feeds.clear();
  signal.reset();
  queue.reset();
  client().Stop();
  reaper.Post([core = std::move(core)]() mutable { core.reset(); });
}

void KafkaConsumer::State::Listen(rd::Queue new_queue) {
  signal.reset();
  queue = std::move(new_queue);
  signal = std::make_unique<QueueSignal>(loop, queue.get(), [this] { Poll(); });
}

void KafkaConsumer::State::PollLater() {
  timer = loop.At(loop.Now() + kPollEvery, [this] {
    PollLater();
    Poll();
  });
}

void KafkaConsumer::State::Poll() {
  while (rd::Event event{rd_kafka_queue_poll(queue.get(), 0)}) {
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) OnRebalance(event.get());
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) OnError(event.get());
    changed.Notify();
  }
}

void KafkaConsumer::State::OnRebalance(rd_kafka_event_t* event) {
  if (closing) {
    (void)client().Unassign();
    return;
  }
  std::vector<int32_t> ids = Ids(rd_kafka_event_topic_partition_list(event));
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    member = client().Member();
    (void)client().Assign({});
    events.push_back(Assigned{std::move(ids)});
    return;
  }
  const bool lost = rd_kafka_assignment_lost(client().get()) != 0;
  if (lost) member = nullptr;
  events.push_back(Revoked{std::move(ids), lost});
}

void KafkaConsumer::State::OnError(rd_kafka_event_t* event) {
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event);
  const absl::Status status = ToStatus(error, rd_kafka_event_error_string(event));
  // What passes is librdkafka's to wait for.
  if (absl::IsUnavailable(status)) return;
  failure = absl::FailedPreconditionError(status.message());
}

bool KafkaConsumer::State::RevokedIsComing() const {
  return std::any_of(events.begin(), events.end(),
                     [](const Event& event) { return std::holds_alternative<Revoked>(event); });
}

// One at a time is enough: it wakes for all of a leader's partitions.
void KafkaConsumer::State::WakeFetcher(int32_t partition) {
  if (core->waking.exchange(true)) return;
  core->worker.Post([core = core.get(), partition] {
    core->waking = false;
    core->client->WakeFetcher(partition);
  });
}

async::Task<absl::StatusOr<GroupConsumer::Event>> KafkaConsumer::NextEvent(async::Instant deadline) {
  const std::shared_ptr<State> state = state_;
  while (state->events.empty() && state->failure.ok()) {
    if (!co_await state->changed.WaitUntil(deadline)) break;
  }
  Event event;
  if (!state->events.empty()) {
    event = std::move(state->events.front());
    state->events.pop_front();
  } else if (!state->failure.ok()) {
    co_return state->failure;
  }
  co_return event;
}

async::Task<absl::StatusOr<std::map<int32_t, GroupOffset>>> KafkaConsumer::Committed(std::vector<int32_t> partitions) {
  using Result = absl::StatusOr<std::map<int32_t, GroupOffset>>;
  GroupClient* client = &state_->client();
  absl::AnyInvocable<Result()&&> call = [client, partitions = std::move(partitions),
                                         deadline = Deadline(state_->committed_patience)] {
    return client->Committed(partitions, deadline);
  };
  co_return co_await RunOn<Result>(state_->core->worker, state_->loop, std::move(call));
}

absl::Status KafkaConsumer::Start(const std::map<int32_t, int64_t>& offsets) {
  state_->Poll();
  // An assignment that is over isn't begun: the event says so next.
  if (state_->RevokedIsComing()) return absl::OkStatus();
  state_->feeds.clear();
  for (const auto& [partition, offset] : offsets) {
    std::unique_ptr<Feed> feed = state_->client().MakeFeed(state_->loop, partition);
    if (!feed) return absl::NotFoundError(absl::StrCat("no partition ", partition, " of ", topic()));
    state_->feeds[partition] = std::move(feed);
  }
  absl::Status assigned = state_->client().Assign(offsets);
  state_->changed.Notify();
  return assigned;
}

async::Task<absl::StatusOr<std::vector<Message>>> KafkaConsumer::Fetch(int32_t partition, size_t max,
                                                                       async::Instant deadline) {
  const std::shared_ptr<State> state = state_;
  bool waited = true;
  while (waited) {
    const auto found = state->feeds.find(partition);
    if (found == state->feeds.end()) {
      waited = co_await state->changed.WaitUntil(deadline);
      continue;
    }
    Feed::Taken taken = found->second->Take(max);
    if (found->second->TakeStall()) state->WakeFetcher(partition);
    if (!taken.messages.empty()) co_return std::move(taken.messages);
    if (!taken.error.ok()) co_return taken.error;
    const std::shared_ptr<async::Notifier> came = found->second->came();
    waited = co_await came->WaitUntil(deadline);
  }
  co_return std::vector<Message>();
}

absl::Status KafkaConsumer::Release() {
  state_->member = nullptr;
  absl::Status released = state_->client().Unassign();
  state_->feeds.clear();
  return released;
}

async::Task<absl::Status> KafkaConsumer::Close() {
  const std::shared_ptr<State> state = state_;
  const async::Instant deadline = state->loop.Now() + kClosePatience;
  rd_kafka_t* client = state->client().get();
  (void)Release();
  state->closing = true;
  // librdkafka forwards its own queue to this one from here on.
  rd::Queue last(rd_kafka_queue_new(client));
  const rd::Error error(rd_kafka_consumer_close_queue(client, last.get()));
  if (error) co_return absl::FailedPreconditionError(rd_kafka_error_string(error.get()));
  state->Listen(std::move(last));
  while (rd_kafka_consumer_closed(client) == 0) {
    state->Poll();
    const async::Instant now = state->loop.Now();
    if (now >= deadline) co_return absl::UnavailableError("Kafka did not confirm that the consumer has left its group");
    co_await state->changed.WaitUntil(std::min(deadline, now + kCloseTurn));
  }
  co_return absl::OkStatus();
}

std::shared_ptr<const rd::GroupMetadata> KafkaConsumer::member() const { return state_->member; }

const std::string& KafkaConsumer::topic() const { return state_->client().topic(); }

}  // namespace causeway::backlog
