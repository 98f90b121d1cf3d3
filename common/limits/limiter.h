// Limiter: lets as many requests fly as an AdaptiveLimit says, the others wait in the order they came.
//
//   Permit permit = co_await limiter.Acquire();
//   auto response = co_await client.Send(request);
//   permit.Succeeded();   // or Throttled, TimedOut; a permit that is dropped says nothing
//
// Loop's thread only. The Limiter outlives its permits and waiters; a waiter that is destroyed is forgotten.
#pragma once

#include <coroutine>
#include <list>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/limits/adaptive_limit.h"

namespace causeway::limits {

class Limiter;

// The right to have one request in flight; given back when destroyed or told how it went.
class [[nodiscard]] Permit {
 public:
  Permit(Permit&& other) noexcept;
  Permit& operator=(Permit&&) = delete;
  ~Permit();

  // Each at most once.
  void Succeeded();
  void Throttled(std::optional<absl::Duration> retry_after);
  void TimedOut();

 private:
  friend class Limiter;
  explicit Permit(Limiter& limiter);

  Limiter* limiter_;
  AdaptiveLimit::Round sent_in_;
};

class Limiter {
  struct Waiter {
    std::coroutine_handle<> handle;
    bool admitted = false;
  };

 public:
  Limiter(async::Loop& loop, AdaptiveLimit::Options options);
  Limiter(const Limiter&) = delete;
  Limiter& operator=(const Limiter&) = delete;
  ~Limiter();

  class Awaiter {
   public:
    explicit Awaiter(Limiter& limiter) : limiter_(limiter) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter();
    bool await_ready();
    void await_suspend(std::coroutine_handle<> handle);
    Permit await_resume();

   private:
    Limiter& limiter_;
    bool holds_ = false;  // Counted in in_flight_, and no Permit made of it yet.
    std::shared_ptr<Waiter> waiter_;
  };

  Awaiter Acquire() { return Awaiter(*this); }

  // Lets none through for so long: who gives the tokens asked to wait, say. The limit stays as it is.
  void PauseFor(absl::Duration pause) { limit_.Pause(loop_.Now(), pause); }

  int limit() const { return limit_.limit(); }
  int in_flight() const { return in_flight_; }
  size_t waiting() const { return waiters_.size(); }
  bool paused() const;
  // How long all requests were held back because the other side asked for it.
  absl::Duration time_throttled() const { return time_throttled_; }

 private:
  friend class Permit;

  bool HasRoom() const;
  void Release();
  // Admits those who wait as far as the limit allows; sets the timer when a pause is what they wait for.
  void Admit();

  async::Loop& loop_;
  AdaptiveLimit limit_;
  int in_flight_ = 0;
  std::list<std::shared_ptr<Waiter>> waiters_;
  async::Loop::TimerId timer_ = 0;
  absl::Duration time_throttled_ = absl::ZeroDuration();
};

}  // namespace causeway::limits
