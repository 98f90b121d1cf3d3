#include "tests/simulation/replica.h"

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

namespace {

// Every life of every process has its own, also of two that bear one name.
std::string IncarnationOf(const Process& process) {
  return absl::StrCat(process.name(), "@", process.party(), "#", process.life());
}

// Tells the model of HTTP when a run begins.
class AnnouncingConnectors final : public engine::Connectors {
 public:
  AnnouncingConnectors(std::unique_ptr<engine::Connectors> connectors, HttpModel& http, int party)
      : connectors_(std::move(connectors)), http_(http), party_(party) {}

  engine::Ends Make(engine::World& world, const v1::Definition& definition) override {
    http_.ForgetPauses(party_);
    return connectors_->Make(world, definition);
  }

 private:
  std::unique_ptr<engine::Connectors> connectors_;
  HttpModel& http_;
  const int party_;
};

}  // namespace

ReplicaProgram::ReplicaProgram(Process& process, Surroundings surroundings)
    : process_(process),
      random_(process.simulation().dice().Next()),
      broker_(surroundings.mutation.Wrap(surroundings.kafka.Connect(process), IncarnationOf(process))),
      http_(surroundings.mutation.Wrap(surroundings.http.Connect(process))),
      connectors_(std::make_unique<AnnouncingConnectors>(surroundings.mutation.Wrap(std::move(surroundings.connectors)),
                                                         surroundings.http, process.party())),
      world_{process.loop(), random_, *broker_, *http_, surroundings.store, process.name()},
      link_(surroundings.mutation.Wrap(surroundings.control.Connect(process))),
      supervisor_(world_, *connectors_, *link_, surroundings.type, IncarnationOf(process), "simulated"),
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
