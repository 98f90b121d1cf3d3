// Scope: owns tasks that run beside the one that started them.
//
// Life: Spawn runs a task until its first suspension and keeps it until it ends; destroying the Scope destroys the tasks that
// have not ended. So what a task refers to is declared before the Scope that runs it. A task must not destroy its own Scope.
// Loop's thread only.
#pragma once

#include <cstddef>

#include "common/async/notifier.h"
#include "common/async/task.h"

namespace causeway::async {

class Scope {
 public:
  explicit Scope(Loop& loop) : idle_(loop) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() { Clear(); }

  void Spawn(Task<void> task) { Run(*this, std::move(task)); }

  // Destroys all unfinished tasks.
  void Clear() {
    while (first_ != nullptr) first_->handle().destroy();
  }

  size_t size() const { return size_; }

  // Returns when no task is left.
  Task<void> Join() {
    while (size_ > 0) co_await idle_.Wait();
  }

 private:
  struct Root {
    struct promise_type {
      promise_type(Scope& scope, Task<void>&) : scope(scope) {
        next = scope.first_;
        if (next != nullptr) next->previous = this;
        scope.first_ = this;
        ++scope.size_;
      }
      ~promise_type() {
        if (previous != nullptr) previous->next = next;
        else scope.first_ = next;
        if (next != nullptr) next->previous = previous;
        if (--scope.size_ == 0) scope.idle_.Notify();
      }
      std::coroutine_handle<> handle() { return std::coroutine_handle<promise_type>::from_promise(*this); }
      Root get_return_object() { return {}; }
      std::suspend_never initial_suspend() noexcept { return {}; }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() {}
      void unhandled_exception() noexcept { std::terminate(); }

      Scope& scope;
      promise_type* previous = nullptr;
      promise_type* next = nullptr;
    };
  };

  static Root Run(Scope& scope, Task<void> task) { co_await std::move(task); }

  Root::promise_type* first_ = nullptr;
  size_t size_ = 0;
  Notifier idle_;
};

}  // namespace causeway::async
