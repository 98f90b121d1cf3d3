#include "tests/simulation/model/kafka_consumer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "tests/simulation/model/kafka_fetch.h"

namespace causeway::simulation {

KafkaConsumer::KafkaConsumer(const KafkaLink& link, std::string group, std::string topic)
    : link_(link),
      group_(std::move(group)),
      topic_(std::move(topic)),
      // Every consumer is another member, a restarted process's too.
      member_(absl::StrCat(link_.name(), "-", link_.kafka().simulation().dice().Next())),
      event_came_(std::make_shared<async::Notifier>(link_.loop())),
      released_(link_.loop()),
      scope_(link_.loop()) {
  scope_.Spawn(TakePart());
}

std::optional<KafkaConsumer::Membership> KafkaConsumer::membership() const {
  if (!is_member_) return std::nullopt;
  return Membership{group_, topic_, member_, generation_};
}

async::Task<void> KafkaConsumer::TakePart() {
  for (;;) {
    co_await Enter();
    events_.push_back(Assigned{assigned_});
    holds_ = true;
    event_came_->Notify();
    bool lost = co_await Beat(false);
    events_.push_back(Revoked{assigned_, lost});
    if (lost) is_member_ = false;
    event_came_->Notify();
    if (!lost && co_await Beat(true)) is_member_ = false;
    while (holds_) co_await released_.Wait();
    is_member_ = false;
  }
}

async::Task<void> KafkaConsumer::Enter() {
  KafkaModel* kafka = &link_.kafka();
  for (;;) {
    KafkaLink::Handler<KafkaGroup::Joined> handler =
        [kafka, group = group_, topic = topic_, member = member_](std::function<void(KafkaGroup::Joined)> answer) {
          if (!kafka->coordinators_ready()) return answer({KafkaGroup::kJoinAgain, {}});
          kafka->Group(group, topic).Join(member, answer);
        };
    const async::Instant deadline = link_.loop().Now() + kafka->timing().group.rebalance + absl::Seconds(5);
    last_beat_ = link_.loop().Now();
    std::optional<KafkaGroup::Joined> joined = co_await link_.Ask<KafkaGroup::Joined>(deadline, handler);
    if (joined.has_value() && joined->generation != KafkaGroup::kJoinAgain) {
      last_beat_ = link_.loop().Now();
      generation_ = joined->generation;
      assigned_ = std::move(joined->partitions);
      is_member_ = true;
      co_return;
    }
    co_await link_.Backoff();
  }
}

async::Task<bool> KafkaConsumer::Beat(bool until_released) {
  KafkaModel* kafka = &link_.kafka();
  const KafkaTiming& timing = kafka->timing();
  std::function<GroupAnswer()> beat = [kafka, group = group_, topic = topic_, member = member_,
                                       generation = generation_] {
    return kafka->Group(group, topic).Heartbeat(member, generation);
  };
  // While the coordinator moves nothing is wrong with the member.
  KafkaLink::Handler<GroupAnswer> handler = link_.AtCoordinator(beat, GroupAnswer::kOk);
  for (;;) {
    if (until_released) {
      if (!holds_) co_return false;
      if (co_await released_.WaitUntil(link_.loop().Now() + timing.heartbeat)) co_return false;
    } else {
      co_await async::SleepFor(link_.loop(), timing.heartbeat);
    }
    const async::Instant sent = link_.loop().Now();
    std::optional<GroupAnswer> answer = co_await link_.Ask<GroupAnswer>(sent + timing.heartbeat, handler);
    if (answer == GroupAnswer::kUnknownMember || answer == GroupAnswer::kIllegalGeneration) co_return true;
    if (answer.has_value()) last_beat_ = sent;
    if (answer == GroupAnswer::kRebalancing && !until_released) co_return false;
    // librdkafka doesn't wait for the broker to say so.
    if (link_.loop().Now() - last_beat_ > timing.group.session) co_return true;
  }
}

async::Task<absl::StatusOr<backlog::GroupConsumer::Event>> KafkaConsumer::NextEvent(async::Instant deadline) {
  const std::shared_ptr<async::Notifier> event_came = event_came_;
  const KafkaLink::WhileThere here = link_.Here();
  while (events_.empty()) {
    const bool came = co_await event_came->WaitUntil(deadline);
    co_await here;
    if (!came) break;
  }
  Event event;
  if (!events_.empty()) {
    event = std::move(events_.front());
    events_.pop_front();
  }
  co_return event;
}

async::Task<absl::StatusOr<std::map<int32_t, backlog::GroupOffset>>> KafkaConsumer::Committed(
    std::vector<int32_t> partitions) {
  using Offsets = std::optional<std::map<int32_t, backlog::GroupOffset>>;
  KafkaModel* kafka = &link_.kafka();
  std::function<Offsets()> committed = [kafka, group = group_, topic = topic_, partitions] {
    return kafka->Group(group, topic).Committed(partitions);
  };
  KafkaLink::Handler<Offsets> handler = link_.AtCoordinator(committed, Offsets());
  // Longer than a transaction can stay undecided.
  const async::Instant deadline = link_.loop().Now() + kafka->timing().transaction + absl::Seconds(5);
  while (link_.loop().Now() < deadline) {
    std::optional<Offsets> answer = co_await link_.Insist<Offsets>(deadline, handler);
    if (answer.has_value() && answer->has_value()) co_return **std::move(answer);
    co_await link_.Backoff();
  }
  co_return absl::UnavailableError("the group's offsets can't be had");
}

absl::Status KafkaConsumer::Start(const std::map<int32_t, int64_t>& offsets) {
  positions_ = offsets;
  for (auto& [partition, offset] : positions_) {
    const KafkaLog* const log = link_.kafka().Log(topic_, partition);
    if (offset == backlog::kLogStart && log != nullptr) offset = log->start();
  }
  return absl::OkStatus();
}

async::Task<absl::StatusOr<std::vector<backlog::Message>>> KafkaConsumer::Fetch(int32_t partition, size_t max,
                                                                                async::Instant deadline) {
  std::vector<backlog::Message> messages;
  KafkaLog* log = link_.kafka().Log(topic_, partition);
  Simulation* simulation = &link_.kafka().simulation();
  while (link_.loop().Now() < deadline) {
    const auto position = positions_.find(partition);
    if (position == positions_.end() || log == nullptr) {
      co_await link_.SleepUntil(std::min(deadline, link_.loop().Now() + absl::Milliseconds(100)));
      continue;
    }
    const int64_t offset = position->second;
    const absl::Duration patience = std::min(absl::Duration(absl::Milliseconds(500)), deadline - link_.loop().Now());
    KafkaLink::Handler<FetchAnswer> handler = [simulation, log, offset, max,
                                               patience](std::function<void(FetchAnswer)> answer) {
      FetchWhenReady(*simulation, *log, {offset, max, true, patience}, std::move(answer));
    };
    std::optional<FetchAnswer> fetched = co_await link_.Ask<FetchAnswer>(deadline, handler);
    if (!fetched.has_value()) continue;
    if (fetched->out_of_range)
      co_return absl::OutOfRangeError(absl::StrCat("offset ", offset, " of partition ", partition));
    // Released or started elsewhere meanwhile: these records aren't asked for any more.
    const auto now = positions_.find(partition);
    if (now == positions_.end() || now->second != offset) continue;
    now->second = fetched->chunk.next_offset;
    if (!fetched->chunk.messages.empty()) co_return std::move(fetched->chunk.messages);
  }
  co_return messages;
}

absl::Status KafkaConsumer::Release() {
  positions_.clear();
  holds_ = false;
  released_.Notify();
  return absl::OkStatus();
}

async::Task<absl::Status> KafkaConsumer::Close() {
  scope_.Clear();
  positions_.clear();
  is_member_ = false;
  KafkaModel* kafka = &link_.kafka();
  std::function<bool()> leave = [kafka, group = group_, topic = topic_, member = member_] {
    kafka->Group(group, topic).Leave(member);
    return true;
  };
  KafkaLink::Handler<bool> handler = link_.AtCoordinator(leave, false);
  const async::Instant deadline = link_.loop().Now() + absl::Seconds(5);
  std::optional<bool> left = co_await link_.Insist<bool>(deadline, handler);
  co_return left == true ? absl::OkStatus() : absl::UnavailableError("the broker can't be reached");
}

}  // namespace causeway::simulation
