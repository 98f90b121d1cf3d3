#include "common/limits/limiter.h"

#include <algorithm>
#include <utility>

namespace causeway::limits {

Permit::Permit(Limiter& limiter) : limiter_(&limiter), sent_in_(limiter.limit_.round()) {}
Permit::Permit(Permit&& other) noexcept : limiter_(std::exchange(other.limiter_, nullptr)), sent_in_(other.sent_in_) {}
Permit::~Permit() {
  if (limiter_ != nullptr) limiter_->Release();
}

void Permit::Succeeded() {
  Limiter& limiter = *std::exchange(limiter_, nullptr);
  limiter.limit_.OnSuccess(limiter.in_flight_);
  limiter.Release();
}

void Permit::Throttled(std::optional<absl::Duration> retry_after) {
  Limiter& limiter = *std::exchange(limiter_, nullptr);
  const async::Instant before = limiter.limit_.paused_until();
  limiter.limit_.OnThrottled(sent_in_, limiter.loop_.Now(), retry_after);
  limiter.time_throttled_ += limiter.limit_.paused_until() - std::max(before, limiter.loop_.Now());
  limiter.Release();
}

void Permit::TimedOut() {
  Limiter& limiter = *std::exchange(limiter_, nullptr);
  limiter.limit_.OnTimeout(sent_in_);
  limiter.Release();
}

Limiter::Limiter(async::Loop& loop, AdaptiveLimit::Options options) : loop_(loop), limit_(options) {}
Limiter::~Limiter() {
  if (timer_ != 0) loop_.Cancel(timer_);
}

bool Limiter::paused() const { return loop_.Now() < limit_.paused_until(); }
bool Limiter::HasRoom() const { return in_flight_ < limit_.limit() && !paused(); }

void Limiter::Release() {
  --in_flight_;
  Admit();
}

void Limiter::Admit() {
  while (!waiters_.empty() && HasRoom()) {
    std::shared_ptr<Waiter> waiter = std::move(waiters_.front());
    waiters_.pop_front();
    waiter->admitted = true;
    ++in_flight_;
    loop_.Post([waiter] {
      if (waiter->handle) std::exchange(waiter->handle, nullptr).resume();
    });
  }
  if (waiters_.empty() || !paused() || timer_ != 0) return;
  timer_ = loop_.At(limit_.paused_until(), [this] {
    timer_ = 0;
    Admit();
  });
}

bool Limiter::Awaiter::await_ready() {
  if (!limiter_.waiters_.empty() || !limiter_.HasRoom()) return false;
  ++limiter_.in_flight_;
  holds_ = true;
  return true;
}

void Limiter::Awaiter::await_suspend(std::coroutine_handle<> handle) {
  waiter_ = std::make_shared<Waiter>();
  waiter_->handle = handle;
  limiter_.waiters_.push_back(waiter_);
  limiter_.Admit();
}

Permit Limiter::Awaiter::await_resume() {
  if (waiter_) waiter_.reset();
  holds_ = false;
  return Permit(limiter_);
}

Limiter::Awaiter::~Awaiter() {
  if (waiter_) {
    waiter_->handle = nullptr;
    holds_ = waiter_->admitted;
    if (!waiter_->admitted) limiter_.waiters_.remove(waiter_);
  }
  if (holds_) limiter_.Release();
}

}  // namespace causeway::limits
