#include "tests/simulation/model/kafka_fetch.h"

#include <memory>
#include <utility>

namespace causeway::simulation {
namespace {

// A held fetch: woken by every change of the log, given up when its patience ends.
struct Held : std::enable_shared_from_this<Held> {
  Held(Simulation& simulation, KafkaLog& log, const FetchRequest& request, std::function<void(FetchAnswer)> answer)
      : simulation(simulation), log(log), request(request), answer(std::move(answer)), end(log.end()) {}

  // Answers if there is something to say, or nothing more to wait for.
  bool TryAnswer(bool last) {
    KafkaLog::Chunk chunk = log.Read(request.offset, request.max);
    const bool at_end = chunk.next_offset >= end && !request.wait_at_end;
    if (chunk.messages.empty() && !at_end && !last) return false;
    answer({false, std::move(chunk), end});
    return true;
  }

  void Hold() {
    auto self = shared_from_this();
    watcher = log.OnChange([self] {
      if (self->TryAnswer(false)) {
        self->simulation.Cancel(self->give_up);
      } else {
        self->Hold();
      }
    });
  }

  Simulation& simulation;
  KafkaLog& log;
  const FetchRequest request;
  const std::function<void(FetchAnswer)> answer;
  const int64_t end;
  uint64_t watcher = 0;
  Simulation::EventId give_up = 0;
};

}  // namespace

void FetchWhenReady(Simulation& simulation, KafkaLog& log, const FetchRequest& request,
                    std::function<void(FetchAnswer)> answer) {
  if (request.offset < log.start() || request.offset > log.end()) return answer({true, {}, log.end()});
  auto held = std::make_shared<Held>(simulation, log, request, std::move(answer));
  if (held->TryAnswer(false)) return;
  held->give_up = simulation.After(request.patience, [held] {
    held->log.Forget(held->watcher);
    held->TryAnswer(true);
  });
  held->Hold();
}

}  // namespace causeway::simulation
