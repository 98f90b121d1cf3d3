// Reply<T>: one answer from the world to a process's coroutine, or nothing when the deadline comes first.
//
//   Reply<Answer> reply(loop, deadline);
//   simulation.After(…, [answer = reply.sender()] { answer.Set(…); });
//   std::optional<Answer> got = co_await reply.Wait();
//
// The first answer counts. Like OneShot, but with a deadline, and cheap to abandon.
#pragma once

#include <optional>
#include <utility>

#include "common/async/loop.h"
#include "common/async/one_shot.h"

namespace causeway::simulation {

template <typename T>
class Reply {
 public:
  using Sender = async::OneShot<std::optional<T>>;

  Reply(async::Loop& loop, async::Instant deadline) : loop_(loop), shot_(loop) {
    if (deadline == absl::InfiniteDuration()) return;
    timer_ = loop.At(deadline, [shot = shot_] { shot.Set(std::nullopt); });
  }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() {
    if (timer_ != 0) loop_.Cancel(timer_);
  }

  Sender sender() const { return shot_; }
  auto Wait() const { return shot_.Wait(); }

 private:
  async::Loop& loop_;
  Sender shot_;
  async::Loop::TimerId timer_ = 0;
};

}  // namespace causeway::simulation
