// Turns: what one may do at a time: who takes a turn waits until it is free. Loop's thread only.
//
//   const Turns::Turn turn = co_await turns.Take();
#pragma once

#include <utility>

#include "common/async/notifier.h"
#include "common/async/task.h"

namespace causeway::controller {

class Turns {
 public:
  // Free again when it is destroyed; Turns outlives it.
  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_(&turns) { turns.taken_ = true; }
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_ == nullptr) return;
      turns_->taken_ = false;
      turns_->freed_.Notify();
    }

   private:
    Turns* turns_;
  };

  explicit Turns(async::Loop& loop) : freed_(loop) {}

  async::Task<Turn> Take() {
    while (taken_) co_await freed_.Wait();
    co_return Turn(*this);
  }

 private:
  bool taken_ = false;
  async::Notifier freed_;
};

}  // namespace causeway::controller
