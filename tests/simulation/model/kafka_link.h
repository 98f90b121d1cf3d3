// KafkaLink: what a process's broker client sends through: a request that is run at the broker, and its answer, or
// nothing when either is lost or late.
//
// Each object of the client has a link of its own, and what waits by it is abandoned with the object
// (backlog/broker.h): a coroutine of the object's that is left over never goes on.
#pragma once

#include <algorithm>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "common/async/sleep.h"
#include "common/async/task.h"
#include "tests/simulation/model/kafka_model.h"
#include "tests/simulation/process.h"
#include "tests/simulation/reply.h"

namespace causeway::simulation {

class KafkaLink {
 public:
  // What the broker does with a request: now or later it calls the function with the answer. It may run when the
  // process is dead.
  template <typename Answer>
  using Handler = std::function<void(std::function<void(Answer)>)>;

  KafkaLink(KafkaModel& kafka, Process& process)
      : kafka_(kafka), loop_(process.loop()), party_(process.party()), name_(process.name()) {}
  KafkaLink(const KafkaLink& other)
      : kafka_(other.kafka_), loop_(other.loop_), party_(other.party_), name_(other.name_) {}

  // To be taken before a wait and awaited after it: goes on only if the link is still there.
  class WhileThere {
   public:
    explicit WhileThere(std::weak_ptr<const bool> link) : link_(std::move(link)) {}
    bool await_ready() const { return !link_.expired(); }
    void await_suspend(std::coroutine_handle<>) const {}
    void await_resume() const {}

   private:
    std::weak_ptr<const bool> link_;
  };
  WhileThere Here() const { return WhileThere(here_); }

  // One try; nullopt when there is no answer before the deadline, or the connection broke.
  template <typename Answer>
  async::Task<std::optional<Answer>> Ask(async::Instant deadline, Handler<Answer> handler) {
    Reply<Answer> reply(loop_, deadline);
    auto sender = reply.sender();
    auto broken = [sender] { sender.Set(std::nullopt); };
    KafkaModel* kafka = &kafka_;
    const int party = party_;
    std::function<void()> request = [kafka, party, sender, broken, handler] {
      handler([kafka, party, sender, broken](Answer answer) {
        kafka->CarryAnswer(
            party, [sender, answer = std::move(answer)] { sender.Set(answer); }, broken);
      });
    };
    kafka_.CarryRequest(party_, std::move(request), broken);
    const WhileThere here = Here();
    std::optional<Answer> answer = co_await reply.Wait();
    co_await here;
    co_return answer;
  }

  // Tries again until the deadline.
  template <typename Answer>
  async::Task<std::optional<Answer>> Insist(async::Instant deadline, Handler<Answer> handler) {
    for (;;) {
      const async::Instant attempt = std::min(deadline, loop_.Now() + absl::Seconds(3));
      std::optional<Answer> answer = co_await Ask<Answer>(attempt, handler);
      if (answer.has_value() || loop_.Now() >= deadline) co_return answer;
      co_await Backoff();
    }
  }

  // For requests to a group's or transaction's coordinator: none is there while it moves.
  template <typename Answer>
  Handler<Answer> AtCoordinator(std::function<Answer()> handle, Answer while_moving) {
    return [kafka = &kafka_, handle = std::move(handle), while_moving](std::function<void(Answer)> answer) {
      answer(kafka->coordinators_ready() ? handle() : while_moving);
    };
  }

  async::Task<void> SleepUntil(async::Instant when) {
    const WhileThere here = Here();
    co_await async::SleepUntil(loop_, when);
    co_await here;
  }
  async::Task<void> Backoff() {
    return SleepUntil(loop_.Now() + absl::Milliseconds(20 + kafka_.simulation().dice().Below(100)));
  }

  KafkaModel& kafka() const { return kafka_; }
  ProcessLoop& loop() const { return loop_; }
  int party() const { return party_; }
  const std::string& name() const { return name_; }

 private:
  KafkaModel& kafka_;
  ProcessLoop& loop_;
  const int party_;
  const std::string name_;
  const std::shared_ptr<const bool> here_ = std::make_shared<const bool>(true);
};

}  // namespace causeway::simulation
