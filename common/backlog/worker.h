// Worker: a thread that runs what would block a Loop, one piece of work after the other.
//
// Life: construct (the thread starts); Post from any thread; the destructor waits until everything posted has run. Work
// that may take long looks at a stop flag of its owner. Not to be destroyed by its own work.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "common/async/one_shot.h"
#include "common/async/task.h"

namespace causeway::backlog {

// A deadline for code off the loop, which has no Loop to ask for the time.
class Deadline {
 public:
  explicit Deadline(absl::Duration from_now);
  bool passed() const { return Clock::now() >= end_; }
  // What is left in whole milliseconds, at most `slice`; 0 when it has passed.
  int Milliseconds(absl::Duration slice = absl::InfiniteDuration()) const;

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point end_;
};

class Worker {
 public:
  using Work = absl::AnyInvocable<void() &&>;

  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Post(Work work);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> work_;
  bool ending_ = false;
  std::thread thread_;
};

// Runs `call` on the worker and resumes with its result on the loop. The caller may be destroyed meanwhile: the call
// still runs, its result is dropped; so it refers only to what the worker's owner keeps.
template <typename T>
async::Task<T> RunOn(Worker& worker, async::Loop& loop, absl::AnyInvocable<T() &&> call) {
  async::OneShot<T> done(loop);
  worker.Post([done, call = std::move(call)]() mutable { done.Set(std::move(call)()); });
  co_return co_await done.Wait();
}

}  // namespace causeway::backlog
