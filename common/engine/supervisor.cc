#include "common/engine/supervisor.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/async/sleep.h"

namespace causeway::engine {
namespace {

constexpr absl::Duration kReportEvery = absl::Milliseconds(500);

bool Ended(const Workflow& workflow) {
  return workflow.phase() == v1::WorkflowReport::PHASE_STOPPED || workflow.phase() == v1::WorkflowReport::PHASE_FAILED;
}

}  // namespace

Supervisor::Supervisor(World& world, Connectors& connectors, ControlLink& link, v1::WorkflowType type, std::string incarnation,
                       std::string version)
    : world_(world), connectors_(connectors), link_(link), changed_(world.loop), tasks_(world.loop) {
  header_.set_replica(world.replica);
  header_.set_incarnation(std::move(incarnation));
  header_.set_type(type);
  header_.set_version(std::move(version));
  link_.OnAssignments([this](v1::ConnectResponse response) { Apply(std::move(response)); });
  tasks_.Spawn(ReportRegularly());
}

void Supervisor::Apply(v1::ConnectResponse response) {
  header_.set_heard(response.number());
  if (shutting_down_) return;
  assigned_ = response;
  std::set<std::string> assigned;
  for (v1::Assignment& assignment : *response.mutable_assignments()) {
    assigned.insert(assignment.workflow());
    Begin(std::move(assignment));
  }
  for (auto entry = workflows_.begin(); entry != workflows_.end();) {
    const bool gone = !assigned.contains(entry->first);
    if (gone && Ended(*entry->second)) {
      entry = workflows_.erase(entry);
      continue;
    }
    if (gone) entry->second->Stop();
    ++entry;
  }
  SendReport();
}

void Supervisor::Begin(v1::Assignment assignment) {
  auto found = workflows_.find(assignment.workflow());
  if (found != workflows_.end()) {
    Workflow& workflow = *found->second;
    if (assignment.stop()) return workflow.Stop();
    const bool stalled = assignment.run() == workflow.run() && assignment.restart() > workflow.restart();
    if (assignment.run() == workflow.run() && !stalled) return workflow.SetReader(assignment.reader());
    // Of another run: what still finishes must end first, or two runs would write at once. The controller sends the
    // assignment again when it has seen it stopped.
    if (!stalled && !Ended(workflow)) return workflow.Stop();
    // Loops that hang can't be asked to finish: they are dropped, which for all others is a crash of this run.
    workflows_.erase(found);
  }
  if (assignment.stop()) return;
  const std::string name = assignment.workflow();
  workflows_[name] = std::make_unique<Workflow>(world_, connectors_, std::move(assignment), [this] { ReportSoon(); });
}

// What hangs while it begins or ends can't be asked to end: it is dropped, which for all others is a crash of this run, and
// begun anew if it is still assigned.
void Supervisor::DropHanging() {
  const size_t dropped = std::erase_if(workflows_, [](const auto& entry) { return entry.second->Hangs(); });
  if (dropped > 0) Apply(assigned_);
}

v1::ConnectRequest Supervisor::Report() {
  v1::ConnectRequest report = header_;
  for (auto& [name, workflow] : workflows_) *report.add_workflows() = workflow->Report();
  return report;
}

void Supervisor::SendReport() { link_.Send(Report()); }

void Supervisor::ReportSoon() {
  // A workflow says so from within its constructor too, when it isn't listed yet.
  world_.loop.Post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    SendReport();
    changed_.Notify();
  });
}

async::Task<void> Supervisor::ReportRegularly() {
  for (;;) {
    DropHanging();
    SendReport();
    co_await async::SleepFor(world_.loop, kReportEvery);
  }
}

async::Task<void> Supervisor::Shutdown() {
  shutting_down_ = true;
  for (auto& [name, workflow] : workflows_) workflow->Stop();
  const auto ended = [](const auto& entry) { return Ended(*entry.second); };
  while (!std::all_of(workflows_.begin(), workflows_.end(), ended)) {
    co_await changed_.WaitUntil(world_.loop.Now() + absl::Milliseconds(200));
  }
  SendReport();
}

}  // namespace causeway::engine
