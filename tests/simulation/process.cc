#include "tests/simulation/process.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

void ProcessLoop::Post(std::function<void()> work) {
  if (dead_) return;
  ready_.push_back(std::move(work));
  Wake();
}

Instant ProcessLoop::Now() const { return process_.simulation_.Now(); }

absl::Time ProcessLoop::WallTime() const { return process_.simulation_.TrueTime() + process_.clock_offset_; }

async::Loop::TimerId ProcessLoop::At(Instant when, std::function<void()> work) {
  if (dead_) return 0;
  const TimerId id = ++last_timer_;
  const auto event = process_.simulation_.At(when, [this, id] { OnDue(id); });
  timers_.emplace(id, Timer{event, std::move(work)});
  return id;
}

void ProcessLoop::Cancel(TimerId timer) {
  const auto found = timers_.find(timer);
  if (found == timers_.end()) return;
  process_.simulation_.Cancel(found->second.event);
  timers_.erase(found);
}

void ProcessLoop::OnDue(TimerId timer) {
  if (timers_held_) late_.push_back(timer);
  else Post([this, timer] { Fire(timer); });
}

void ProcessLoop::HoldTimers(absl::Duration lasts) {
  timers_held_ = true;
  if (lasts == absl::InfiniteDuration()) return;
  process_.simulation_.After(lasts, [this] {
    if (process_.suspended_) return;  // Again already.
    timers_held_ = false;
    for (const TimerId timer : std::exchange(late_, {})) OnDue(timer);
  });
}

void ProcessLoop::Fire(TimerId timer) {
  auto node = timers_.extract(timer);
  if (!node.empty()) node.mapped().work();
}

void ProcessLoop::Wake() {
  if (turn_due_ || ready_.empty() || process_.paused_) return;
  turn_due_ = true;
  Simulation& simulation = process_.simulation_;
  const auto cost = absl::Nanoseconds(500 + simulation.dice().Below(20'000));
  simulation.After(cost, [this] { Turn(); });
}

void ProcessLoop::Turn() {
  turn_due_ = false;
  if (dead_ || process_.paused_ || ready_.empty()) return;
  std::function<void()> work = std::move(ready_.front());
  ready_.pop_front();
  work();
  if (!dead_) Wake();
}

void ProcessLoop::Die() { dead_ = true; }

// What waits may own things that, destroyed, cancel timers.
void ProcessLoop::DropWork() {
  while (!ready_.empty()) {
    auto ready = std::exchange(ready_, {});
  }
  for (auto& [id, timer] : timers_) process_.simulation_.Cancel(timer.event);
  auto timers = std::exchange(timers_, {});
}

Process::Process(Simulation& simulation, int party, std::string name, Program program)
    : simulation_(simulation), party_(party), name_(std::move(name)), program_(std::move(program)) {}

Process::~Process() {
  if (alive()) loop_->Die();
  Bury();
}

void Process::Start() {
  if (alive()) return;
  Bury();
  paused_ = suspended_ = false;
  running_since_ = simulation_.Now();
  lives_.push_back(std::make_unique<ProcessLoop>(*this));
  loop_ = lives_.back().get();
  if (simulation_.tracing()) simulation_.Trace(absl::StrCat(name_, " starts, life ", life()));
  running_ = program_(*this);
}

void Process::Kill() {
  if (!alive()) return;
  if (simulation_.tracing()) simulation_.Trace(absl::StrCat(name_, " dies"));
  stopped_ = last_ran();
  loop_->Die();
  Bury();
  paused_ = suspended_ = false;
}

void Process::Exit() {
  if (!alive()) return;
  if (simulation_.tracing()) simulation_.Trace(absl::StrCat(name_, " exits"));
  stopped_ = last_ran();
  loop_->Die();
  simulation_.After(absl::ZeroDuration(), [this] {
    if (!alive()) Bury();
  });
}

void Process::Bury() {
  if (loop_ == nullptr) return;
  running_.reset();
  loop_->DropWork();
}

void Process::Pause() {
  if (!running()) return;
  if (simulation_.tracing()) simulation_.Trace(absl::StrCat(name_, " is paused"));
  stopped_ = simulation_.Now();
  paused_ = true;
}

void Process::Suspend() {
  if (!running()) return;
  Pause();
  suspended_ = true;
  loop_->HoldTimers(absl::InfiniteDuration());
}

void Process::Resume() {
  if (!paused_) return;
  if (simulation_.tracing()) simulation_.Trace(absl::StrCat(name_, " goes on"));
  paused_ = false;
  running_since_ = simulation_.Now();
  if (std::exchange(suspended_, false)) {
    slept_ += simulation_.Now() - stopped_;
    loop_->HoldTimers(absl::Milliseconds(simulation_.dice().Below(1000)));
  }
  loop_->Wake();
}

}  // namespace causeway::simulation
