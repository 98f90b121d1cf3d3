#include "common/engine/workflow.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/backlog/topics.h"
#include "common/engine/checkpoints.h"
#include "common/engine/timestamps.h"
#include "common/errors/error.h"
#include "common/limits/retry_policy.h"

namespace causeway::engine {
namespace {

// Of one check of the whole definition: a few dozen calls to either system, each with a deadline of its own.
constexpr absl::Duration kPrepareDeadline = absl::Minutes(5);

}  // namespace

Workflow::Workflow(World& world, Connectors& connectors, v1::Assignment assignment, std::function<void()> on_change)
    : world_(world),
      definition_(std::move(*assignment.mutable_definition())),
      run_(assignment.run()),
      restart_(assignment.restart()),
      want_reader_(assignment.reader()),
      on_change_(std::move(on_change)),
      state_(world.replica),
      ends_(connectors.Make(world, definition_)),
      changed_(world.loop),
      targets_(*ends_.destination),
      fence_(world, backlog::TopicsOf(definition_.workflow(), definition_.instance_uid(), definition_.generation()), run_, state_,
             [this](const absl::Status& why) { EndRun(why); }),
      loops_(world.loop) {
  loops_.Spawn(Run());
}

void Workflow::SetReader(bool reader) {
  if (want_reader_ == reader) return;
  want_reader_ = reader;
  if (!reader && reader_) reader_->Stop();
  changed_.Notify();
}

void Workflow::Stop() {
  if (std::exchange(stopping_, true)) return;
  if (phase_ == v1::WorkflowReport::PHASE_RUNNING) SetPhase(v1::WorkflowReport::PHASE_STOPPING);
  if (reader_) reader_->Stop();
  if (writer_) writer_->Stop();
  changed_.Notify();
}

// No failure: the controller knows, it just couldn't say so.
void Workflow::EndRun(const absl::Status& why) {
  state_.Raise(kRunEnded, "run", errors::Describe(why), world_.loop.WallTime());
  Stop();
  on_change_();
}

void Workflow::SetPhase(v1::WorkflowReport::Phase phase) {
  phase_ = phase;
  on_change_();
}

void Workflow::Fail(absl::Status error) {
  if (failure_.has_value()) return;
  failure_ = std::move(error);
  failure_time_ = world_.loop.WallTime();
  if (reader_) reader_->Stop();
  if (writer_) writer_->Stop();
  changed_.Notify();
}

async::Task<void> Workflow::Run() {
  absl::Status prepared = co_await Prepare();
  if (!prepared.ok()) Fail(std::move(prepared));
  if (!stopping_ && !failure_.has_value()) {
    SetPhase(v1::WorkflowReport::PHASE_RUNNING);
    async::Scope both(world_.loop);
    both.Spawn(ReadUntilStopped());
    both.Spawn(WriteUntilStopped());
    co_await both.Join();
  }
  SetPhase(failure_.has_value() ? v1::WorkflowReport::PHASE_FAILED : v1::WorkflowReport::PHASE_STOPPED);
}

// Nothing is synchronised before both sides have been seen to fit the definition (W2, I17).
async::Task<absl::Status> Workflow::Prepare() {
  for (int attempt = 0; !stopping_; ++attempt) {
    preparing_.Turn(world_.loop.Now() + kPrepareDeadline);
    state_.waiting_for = "the destination's answer to the check of the definition";
    absl::Status prepared = co_await ends_.destination->Prepare();
    if (prepared.ok()) {
      state_.waiting_for = "the source's answer to the check of the definition";
      prepared = co_await ends_.source->Prepare();
    }
    if (prepared.ok()) break;
    const errors::Detail why = errors::Describe(prepared);
    if (why.kind != errors::Kind::kTransient) {
      absl::Status error = prepared;
      const bool outage = co_await IsOutage(std::move(error));
      if (!outage) co_return prepared;
    }
    state_.waiting_for = why.message;
    state_.CountRetry(why.code);
    state_.Raise(kDegraded, "start", why, world_.loop.WallTime());
    const async::Instant retry = world_.loop.Now() + limits::RetryPolicy{}.Delay(attempt + 1, why.retry_after, world_.random);
    preparing_.Turn(retry + kPulseSlack);
    while (!stopping_ && world_.loop.Now() < retry) co_await changed_.WaitUntil(retry);
  }
  state_.waiting_for.clear();
  state_.Clear(kDegraded, "start");
  co_return absl::OkStatus();
}

// A position of a table at this very address proves that it was reached since its address was last edited: a replica that starts while it
// is away must not end what others go on with.
async::Task<bool> Workflow::IsOutage(absl::Status error) {
  if (!ends_.destination->MayBeOutage(error)) co_return false;
  Checkpoints checkpoints(world_.broker, backlog::TopicsOf(definition_.workflow(), definition_.instance_uid(), definition_.generation()));
  absl::Status read = co_await checkpoints.CatchUp();
  if (!read.ok()) co_return true;
  for (const auto& [table, checkpoint] : checkpoints.tables) {
    const uint64_t address = ends_.destination->Address(table);
    if (address != 0 && address == AddressOf(checkpoint)) co_return true;
  }
  co_return false;
}

async::Task<void> Workflow::ReadUntilStopped() {
  while (!stopping_ && !failure_.has_value()) {
    if (!want_reader_) {
      co_await changed_.WaitUntil(world_.loop.Now() + absl::Seconds(1));
      continue;
    }
    reader_ = std::make_unique<Reader>(world_, definition_, *ends_.source, *ends_.destination, targets_, fence_, state_);
    absl::Status ended = co_await reader_->Run();
    reader_ = nullptr;
    if (!ended.ok()) Fail(std::move(ended));
  }
}

async::Task<void> Workflow::WriteUntilStopped() {
  for (int attempt = 0; !stopping_ && !failure_.has_value(); ++attempt) {
    const async::Instant begun = world_.loop.Now();
    writer_ = std::make_unique<Writer>(world_, definition_, *ends_.destination, targets_, fence_, state_);
    absl::Status ended = co_await writer_->Run();
    writer_ = nullptr;
    if (ended.ok()) continue;
    const errors::Detail why = errors::Describe(ended);
    if (why.kind != errors::Kind::kTransient) {
      Fail(std::move(ended));
      co_return;
    }
    if (world_.loop.Now() - begun > absl::Minutes(1)) attempt = 0;
    state_.CountRetry(why.code);
    state_.Raise(kDegraded, "writing", why, world_.loop.WallTime());
    const async::Instant retry = world_.loop.Now() + limits::RetryPolicy{}.Delay(attempt + 1, why.retry_after, world_.random);
    while (!stopping_ && !failure_.has_value() && world_.loop.Now() < retry) co_await changed_.WaitUntil(retry);
    state_.Clear(kDegraded, "writing");
  }
}

bool Workflow::Hangs() const {
  const async::Instant now = world_.loop.Now();
  if (phase_ == v1::WorkflowReport::PHASE_STARTING) return !preparing_.Alive(now);
  const bool ending = phase_ == v1::WorkflowReport::PHASE_STOPPING || failure_.has_value();
  return ending && ((reader_ && !reader_->pulse().Alive(now)) || (writer_ && !writer_->Alive(now)));
}

v1::WorkflowReport Workflow::Report() {
  const async::Instant now = world_.loop.Now();
  if (reader_ && reader_->pulse().Alive(now)) ++read_renewals_;
  if (writer_ && writer_->Alive(now)) ++write_renewals_;

  v1::WorkflowReport report;
  report.set_workflow(definition_.workflow());
  report.set_revision(definition_.revision());
  report.set_run(run_);
  report.set_phase(phase_);
  report.set_waiting_for(state_.waiting_for);
  report.set_reader(reader_ != nullptr);
  report.set_read_turns(read_renewals_);
  report.set_write_turns(write_renewals_);
  for (v1::Condition& condition : state_.Conditions()) *report.add_conditions() = std::move(condition);
  for (const auto& [table, progress] : state_.tables()) *report.add_tables() = progress;
  for (const auto& [table, gaps] : state_.gaps()) report.mutable_gaps()->Add(gaps.begin(), gaps.end());
  report.mutable_retries()->insert(state_.retries().begin(), state_.retries().end());
  if (writer_) {
    for (int32_t partition : writer_->partitions()) report.add_partitions(partition);
    report.set_in_flight(writer_->in_flight());
    report.set_concurrency(writer_->concurrency());
    if (writer_->OldestQueued() != absl::InfiniteFuture()) *report.mutable_oldest_queued_time() = ToProto(writer_->OldestQueued());
  }
  if (failure_.has_value()) {
    const errors::Detail why = errors::Describe(*failure_);
    v1::Failure& failure = *report.mutable_failure();
    failure.set_code(why.code);
    failure.set_message(why.message);
    failure.set_remedy(why.remedy);
    failure.set_subject(why.subject);
    failure.set_replica(world_.replica);
    *failure.mutable_time() = ToProto(failure_time_);
  }
  return report;
}

}  // namespace causeway::engine
