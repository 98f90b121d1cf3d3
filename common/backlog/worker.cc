#include "common/backlog/worker.h"

#include <algorithm>

namespace causeway::backlog {

Deadline::Deadline(absl::Duration from_now)
    : end_(Clock::now() +
           absl::ToChronoMilliseconds(std::clamp<absl::Duration>(from_now, absl::ZeroDuration(), absl::Hours(24)))) {}

int Deadline::Milliseconds(absl::Duration slice) const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, absl::ToInt64Milliseconds(slice)));
}

Worker::Worker() : thread_([this] { Run(); }) {}

Worker::~Worker() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Worker::Post(Work work) {
  {
    std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void Worker::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !work_.empty(); });
    if (work_.empty()) return;
    {
      Work work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      std::move(work)();
    }  // What the work holds is destroyed here, unlocked.
    lock.lock();
  }
}

}  // namespace causeway::backlog
