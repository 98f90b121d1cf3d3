#include "tests/simulation/replica.h"

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

ReplicaProgram::ReplicaProgram(Process& process, Surroundings surroundings)
    : process_(process),
      random_(process.simulation().dice().Next()),
      broker_(surroundings.mutation.Wrap(surroundings.kafka.Connect(process),
                                         absl::StrCat(process.name(), "#", process.life()))),
      http_(surroundings.mutation.Wrap(surroundings.http.Connect(process))),
      connectors_(surroundings.mutation.Wrap(std::move(surroundings.connectors))),
      world_{process.loop(), random_, *broker_, *http_, surroundings.store, process.name()},
      link_(surroundings.mutation.Wrap(surroundings.control.Connect(process))),
      supervisor_(world_, *connectors_, *link_, surroundings.type, absl::StrCat(process.name(), "#", process.life()),
                  "simulated"),
      tasks_(process.loop()) {}

void ReplicaProgram::Terminate() {
  if (std::exchange(terminating_, true)) return;
  tasks_.Spawn(ShutDown());
}

async::Task<void> ReplicaProgram::ShutDown() {
  co_await supervisor_.Shutdown();
  process_.Exit();
}

}  // namespace causeway::simulation
