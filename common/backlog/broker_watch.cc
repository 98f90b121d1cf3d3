#include "common/backlog/broker_watch.h"

#include <optional>
#include <string>
#include <utility>

#include "common/async/sleep.h"
#include "common/backlog/topics.h"

namespace causeway::backlog {
namespace {

constexpr absl::Duration kAskEvery = absl::Seconds(5);

}  // namespace

BrokerWatch::BrokerWatch(async::Loop& loop, Broker& broker, std::function<void(bool)> changed)
    : loop_(loop), broker_(broker), changed_(std::move(changed)), tasks_(loop) {
  tasks_.Spawn(Watch());
}

async::Task<void> BrokerWatch::Watch() {
  std::optional<bool> before;
  for (;; co_await async::SleepFor(loop_, kAskEvery)) {
    const auto partitions = co_await broker_.Partitions(std::string(kDefinitionsTopic));
    // Any answer is one: that the topic doesn't exist yet, or may not be described.
    const bool reachable = !absl::IsUnavailable(partitions.status());
    if (before != reachable) changed_(reachable);
    before = reachable;
  }
}

}  // namespace causeway::backlog
