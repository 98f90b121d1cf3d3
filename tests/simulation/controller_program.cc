#include "tests/simulation/controller_program.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/errors/codes.h"
#include "common/secrets/keyring.h"
#include "tests/simulation/neighbour.h"

namespace causeway::simulation {
namespace {

constexpr char kPeople[] = "people";
constexpr absl::Duration kAskAgain = absl::Milliseconds(500);
// A controller that was replaced ends, and is started again by whatever watches it.
constexpr absl::Duration kRestartAfter = absl::Seconds(1);

const secrets::Keyring& Keys() {
  static const auto* const keys =
      new secrets::Keyring(*secrets::Keyring::FromKeys({std::string(secrets::kKeyBytes, 'k')}));
  return *keys;
}

controller::ControllerOptions OptionsOf(const Setup& setup) {
  controller::ControllerOptions options;
  options.topics.partitions = setup.partitions;
  options.topics.checkpoints_partitions = setup.partitions;
  return options;
}

}  // namespace

ControllerProgram::ControllerProgram(Process& process, KafkaModel& kafka, ControlModel& control, const Setup& setup,
                                     Wishes& wishes, bool watched)
    : process_(process),
      watched_(watched),
      loop_(process.loop()),
      control_(control),
      setup_(setup),
      wishes_(wishes),
      broker_(kafka.Connect(process)),
      controller_(process.loop(), *broker_, Keys(), OptionsOf(setup), absl::StrCat(process.name(), "#", process.life()),
                  observer_),
      tasks_(process.loop()) {
  control_.Listen(
      process, [this](int from, const v1::ConnectRequest& request) { OnReport(from, request); },
      [this](int from) { OnClosed(from); });
  tasks_.Spawn(Run());
  tasks_.Spawn(Work());
}

async::Task<void> ControllerProgram::Run() {
  const absl::Status ended = co_await controller_.Run();
  process_.simulation().Trace(absl::StrCat("controller ends: ", ended.ToString()));
  if (watched_) process_.simulation().After(kRestartAfter, [&process = process_] { process.Start(); });
  process_.Exit();
}

void ControllerProgram::OnReport(int from, const v1::ConnectRequest& request) {
  if (!controller_.ready()) return;  // The stream is refused; the replica opens it again.
  Stream& stream = streams_[from];
  if (stream.number == 0 || stream.incarnation != request.incarnation()) {
    stream.incarnation = request.incarnation();
    const auto number = std::make_shared<int64_t>(0);
    *number = stream.number = controller_.fleet().Connect(
        {.peer = absl::StrCat(from),
         .send = [this, from](v1::ConnectResponse response) { control_.Assign(process_, from, std::move(response)); },
         .end =
             [this, from, number](const absl::Status&) {
               if (streams_[from].number == *number) streams_[from].number = 0;
             }});
  }
  controller_.fleet().Report(stream.number, request);
  controller_.fleet().Tell();
  controller_.changed().Notify();
}

// A stream of which nothing is heard stays open, as the server's does.
void ControllerProgram::OnClosed(int from) {
  const auto stream = streams_.find(from);
  if (stream == streams_.end()) return;
  controller_.fleet().Disconnect(stream->second.number);
  streams_.erase(stream);
}

bool ControllerProgram::configured() const {
  return controller_.ready() && controller_.definitions().FindWorkflow(setup_.workflow) != nullptr;
}

async::Task<void> ControllerProgram::Work() {
  for (;; co_await async::SleepFor(loop_, kAskAgain)) {
    if (!controller_.ready()) continue;
    (void)co_await WorkOnce();  // What was refused or not answered is asked again.
  }
}

async::Task<absl::Status> ControllerProgram::WorkOnce() {
  for (const SetupStep& step : setup_.steps) {
    if (step.done(controller_.definitions())) continue;
    absl::Status applied = co_await controller_.Apply(step.make, kPeople);
    if (!applied.ok()) co_return applied;
  }
  if (setup_.plan.neighbour_rows > 0 && !controller_.definitions().FindWorkflow(kNeighbourName)->started())
    co_return co_await controller_.Start(kNeighbourName, "", kPeople);
  if (auto unmapped = setup_.Unmapped(controller_.definitions(), wishes_); unmapped.has_value())
    co_return co_await controller_.Apply(*std::move(unmapped), kPeople);
  if (wishes_.edits_done < wishes_.edits) {
    const int number = wishes_.edits;
    absl::Status edited = co_await controller_.Apply(setup_.EditNumber(number, wishes_), kPeople);
    if (edited.ok()) wishes_.edits_done = number;
    co_return edited;
  }
  if (auto missing = setup_.Missing(controller_.definitions(), wishes_); missing.has_value())
    co_return co_await controller_.Apply(*std::move(missing), kPeople);
  if (wishes_.confirm) {
    const std::map<std::string, v1::HeldDeletions> all_held = controller_.HeldOf(setup_.workflow);
    for (const auto& [table, held] : all_held) {
      if (std::exchange(wishes_.confirmed_passes[table], held.pass()) == held.pass()) continue;
      co_return co_await controller_.Apply(setup_.Confirm(table, all_held), kPeople);
    }
  }
  if (wishes_.replays_done < wishes_.replays) {
    const int number = wishes_.replays;
    absl::Status asked = co_await controller_.Apply(setup_.Replay(), kPeople);
    if (asked.ok()) wishes_.replays_done = number;
    co_return asked;
  }
  const v1::Workflow::Status present = status();
  // One that has failed stays so until it is started, and what had it fail is mended before.
  if (present == v1::Workflow::STATUS_FAILED) {
    wishes_.failures.insert(Show()->failure().code());
    wishes_.reset = wishes_.reset || Show()->failure().code() == errors::kBacklogGap.id;
  }
  if (wishes_.reset) {
    const bool runs = started() && present != v1::Workflow::STATUS_FAILED;
    if (runs) co_return co_await controller_.Stop(setup_.workflow, "", kPeople);
    co_return co_await Reset();
  }
  if (present == v1::Workflow::STATUS_FAILED && wishes_.restart && wishes_.started) {
    absl::Status begun = co_await controller_.Start(setup_.workflow, "", kPeople);
    if (begun.ok()) wishes_.restart = false;
    co_return begun;
  }
  if (present == v1::Workflow::STATUS_FAILED) co_return absl::OkStatus();
  if (wishes_.restart) {
    if (started()) co_return co_await controller_.Stop(setup_.workflow, "", kPeople);
    if (present != v1::Workflow::STATUS_STOPPED) co_return absl::OkStatus();
    wishes_.restart = false;
  }
  if (wishes_.started && !started() && present == v1::Workflow::STATUS_STOPPED)
    co_return co_await controller_.Start(setup_.workflow, "", kPeople);
  if (!wishes_.started && started()) co_return co_await controller_.Stop(setup_.workflow, "", kPeople);
  co_return absl::OkStatus();
}

async::Task<absl::Status> ControllerProgram::Reset() {
  v1::ResetWorkflowRequest request;
  request.set_name(setup_.workflow);
  auto reset = co_await controller_.Reset(std::move(request), kPeople);
  if (reset.ok()) wishes_.reset = false;
  co_return reset.status();
}

std::optional<v1::Workflow> ControllerProgram::Show() const {
  if (!configured()) return std::nullopt;
  return controller_.WorkflowOf(setup_.workflow);
}

std::optional<v1::Workflow> ControllerProgram::ShowNeighbour() const {
  if (!controller_.ready() || controller_.definitions().FindWorkflow(kNeighbourName) == nullptr) return std::nullopt;
  return controller_.WorkflowOf(kNeighbourName);
}

v1::Workflow::Status ControllerProgram::status() const {
  return configured() ? controller_.StatusOf(setup_.workflow) : v1::Workflow::STATUS_UNSPECIFIED;
}

bool ControllerProgram::started() const {
  return configured() && controller_.definitions().FindWorkflow(setup_.workflow)->started();
}

int64_t ControllerProgram::run() const {
  return configured() ? controller_.definitions().FindWorkflow(setup_.workflow)->run() : 0;
}

const backlog::WorkflowTopics* ControllerProgram::topics() {
  if (!configured()) return nullptr;
  const int64_t present = controller_.definitions().sequence();
  if (std::exchange(topics_as_of_, present) != present) topics_ = controller_.definitions().TopicsOf(setup_.workflow);
  return &topics_;
}

}  // namespace causeway::simulation
