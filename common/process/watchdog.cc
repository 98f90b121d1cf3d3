#include "common/process/watchdog.h"

#include <atomic>
#include <chrono>
#include <utility>

namespace causeway::process {
namespace {

// The time that counts is this thread's own, in ticks: while the whole process is suspended, none pass.
constexpr std::chrono::milliseconds kTick(250);

}  // namespace

Watchdog::Watchdog(async::Loop& loop, absl::Duration limit, std::function<void()> bark)
    : loop_(loop), limit_(limit), bark_(std::move(bark)), thread_([this] { Watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Watchdog::Watch() {
  // Shared with the loop, which may get to what was posted after this thread has ended.
  const auto turned = std::make_shared<std::atomic<bool>>(true);
  absl::Duration waited;
  std::unique_lock<std::mutex> lock(mutex_);
  while (!wake_.wait_for(lock, kTick, [this] { return ending_; })) {
    if (turned->exchange(false)) {
      waited = absl::ZeroDuration();
      loop_.Post([turned] { turned->store(true); });
      continue;
    }
    waited += absl::FromChrono(kTick);
    if (waited >= limit_) return bark_();
  }
}

}  // namespace causeway::process
