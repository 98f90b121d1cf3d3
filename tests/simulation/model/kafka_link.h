// KafkaLink: what a process's broker client sends through: a request that is run at the broker, and its answer, or
// nothing when either is lost or late.
#pragma once

#include <algorithm>
#include <functional>
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
    co_return co_await reply.Wait();
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

  async::Task<void> Backoff() {
    return async::SleepFor(loop_, absl::Milliseconds(20 + kafka_.simulation().dice().Below(100)));
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
};

}  // namespace causeway::simulation
