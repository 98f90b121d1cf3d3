// OneShot<T>: how a callback-style operation hands its one result to a coroutine.
//
//   OneShot<Response> done(loop);
//   StartTransfer([done](Response r) { done.Set(std::move(r)); });   // any thread
//   Response r = co_await done.Wait();                               // loop's thread, once
//
// Copies share one state. Set may be called from any thread; the first value wins. A waiter that is destroyed while it
// waits is forgotten; a value set afterwards is dropped.
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <utility>

#include "common/async/loop.h"

namespace causeway::async {

template <typename T>
class OneShot {
  struct State {
    std::optional<T> value;
    std::coroutine_handle<> waiter;
  };

 public:
  explicit OneShot(Loop& loop) : loop_(&loop), state_(std::make_shared<State>()) {}

  void Set(T value) const {
    // std::function wants copyable captures; the value may be move-only.
    auto boxed = std::make_shared<T>(std::move(value));
    loop_->Post([state = state_, boxed] {
      if (state->value.has_value()) return;
      state->value.emplace(std::move(*boxed));
      if (state->waiter) std::exchange(state->waiter, nullptr).resume();
    });
  }

  class Awaiter {
   public:
    explicit Awaiter(std::shared_ptr<State> state) : state_(std::move(state)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { state_->waiter = nullptr; }
    bool await_ready() const noexcept { return state_->value.has_value(); }
    void await_suspend(std::coroutine_handle<> waiter) { state_->waiter = waiter; }
    T await_resume() { return std::move(*state_->value); }

   private:
    std::shared_ptr<State> state_;
  };

  Awaiter Wait() const { return Awaiter(state_); }

 private:
  Loop* loop_;
  std::shared_ptr<State> state_;
};

}  // namespace causeway::async
