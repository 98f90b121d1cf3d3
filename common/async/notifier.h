// Notifier: a condition variable for coroutines. Waiters re-check their condition after each wake-up.
//
// Loop's thread only. A waiter that is destroyed while it waits is forgotten. The Notifier outlives its waiters' waits.
#pragma once

#include <coroutine>
#include <list>
#include <memory>

#include "common/async/loop.h"

namespace causeway::async {

class Notifier {
  struct Waiter {
    std::coroutine_handle<> handle;
    Loop::TimerId timer = 0;
    bool notified = false;
    bool queued = false;  // in waiters_
  };

 public:
  explicit Notifier(Loop& loop) : loop_(loop) {}
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  // Wakes everybody who waits now; each resumes in a turn of the loop of its own.
  void Notify() {
    std::list<std::shared_ptr<Waiter>> waiters;
    waiters.swap(waiters_);
    for (auto& waiter : waiters) {
      waiter->queued = false;
      waiter->notified = true;
      if (waiter->timer != 0) loop_.Cancel(waiter->timer);
      loop_.Post([waiter] { Resume(*waiter); });
    }
  }

  class Awaiter {
   public:
    Awaiter(Notifier& notifier, Instant deadline) : notifier_(notifier), deadline_(deadline) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() {
      if (!waiter_) return;
      waiter_->handle = nullptr;
      notifier_.Forget(waiter_);
    }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      waiter_ = std::make_shared<Waiter>();
      waiter_->handle = handle;
      notifier_.Enlist(waiter_, deadline_);
    }
    // True when notified, false when the deadline came first.
    bool await_resume() const { return waiter_->notified; }

   private:
    Notifier& notifier_;
    Instant deadline_;
    std::shared_ptr<Waiter> waiter_;
  };

  // absl::InfiniteDuration(): no deadline.
  Awaiter WaitUntil(Instant deadline) { return Awaiter(*this, deadline); }
  Awaiter Wait() { return WaitUntil(absl::InfiniteDuration()); }

 private:
  static void Resume(Waiter& waiter) {
    if (waiter.handle) std::exchange(waiter.handle, nullptr).resume();
  }

  void Enlist(const std::shared_ptr<Waiter>& waiter, Instant deadline) {
    waiters_.push_back(waiter);
    waiter->queued = true;
    if (deadline == absl::InfiniteDuration()) return;
    waiter->timer = loop_.At(deadline, [this, waiter] {
      waiter->timer = 0;
      if (!waiter->queued) return;
      waiters_.remove(waiter);
      waiter->queued = false;
      Resume(*waiter);
    });
  }

  void Forget(const std::shared_ptr<Waiter>& waiter) {
    if (!waiter->queued) return;
    waiter->queued = false;
    if (waiter->timer != 0) loop_.Cancel(waiter->timer);
    waiters_.remove(waiter);
  }

  Loop& loop_;
  std::list<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace causeway::async
