// ManualLoop: a Loop for unit tests whose time passes only when the test says so.
//
//   ManualLoop loop;
//   Scope scope(loop);
//   scope.Spawn(SomethingThatSleepsASecond());
//   loop.Advance(absl::Milliseconds(999));  // still asleep
//   loop.Advance(absl::Milliseconds(1));    // done
//
// or, when time doesn't matter: auto result = loop.Await(Something()), which lets as much time pass as it takes.
//
// Threading: everything on the test's thread, Post included. Deterministic: work runs in the order of the posts, timers
// in the order of their times and, at equal times, of their creation.
#pragma once

#include <cstdlib>
#include <deque>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <utility>

#include "common/async/loop.h"
#include "common/async/scope.h"
#include "common/async/task.h"

namespace causeway::async {

class ManualLoop final : public Loop {
 public:
  void Post(std::function<void()> work) override { posted_.push_back(std::move(work)); }
  Instant Now() const override { return now_; }
  absl::Time WallTime() const override { return absl::FromUnixSeconds(1767225600) + now_; }  // 2026-01-01 and on
  TimerId At(Instant when, std::function<void()> work) override {
    const TimerId id = ++last_timer_;
    timers_.emplace(std::make_pair(when, id), std::move(work));
    return id;
  }
  void Cancel(TimerId timer) override {
    for (auto entry = timers_.begin(); entry != timers_.end(); ++entry) {
      if (entry->first.second != timer) continue;
      timers_.erase(entry);
      return;
    }
  }

  // Runs what was posted, and what that posts; no time passes.
  void RunPosted() {
    while (!posted_.empty()) {
      auto work = std::move(posted_.front());
      posted_.pop_front();
      work();
    }
  }

  // Lets time pass, running everything that falls due on the way.
  void Advance(absl::Duration duration) {
    const Instant end = now_ + duration;
    RunPosted();
    while (StepUntil(end)) RunPosted();
    now_ = end;
  }

  // Lets time pass until `done` or until `limit` has passed; returns whether it was done.
  bool AdvanceUntil(const std::function<bool()>& done, absl::Duration limit = absl::Hours(1)) {
    const Instant end = now_ + limit;
    RunPosted();
    while (!done() && StepUntil(end)) RunPosted();
    return done();
  }

  // Runs the task to its end, letting time pass. A task that hasn't ended after `limit` hangs: the program is aborted.
  template <typename T>
  T Await(Task<T> task, absl::Duration limit = absl::Hours(24)) {
    std::optional<T> result;
    Scope scope(*this);
    scope.Spawn(Keep(std::move(task), result));
    if (!AdvanceUntil([&] { return result.has_value(); }, limit)) {
      std::cerr << "ManualLoop::Await: the task waits for ever\n";
      std::abort();
    }
    return std::move(*result);
  }

  size_t timers() const { return timers_.size(); }

 private:
  template <typename T>
  static Task<void> Keep(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  // Fires the next timer that is due by `end`; false when there is none.
  bool StepUntil(Instant end) {
    if (timers_.empty() || timers_.begin()->first.first > end) return false;
    auto timer = timers_.extract(timers_.begin());
    if (timer.key().first > now_) now_ = timer.key().first;
    timer.mapped()();
    return true;
  }

  Instant now_ = absl::ZeroDuration();
  std::deque<std::function<void()>> posted_;
  std::map<std::pair<Instant, TimerId>, std::function<void()>> timers_;
  TimerId last_timer_ = 0;
};

}  // namespace causeway::async
