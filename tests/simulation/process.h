// Process: one operating system process of the world, which can be killed and paused at any of its awaits.
//
// Life: construct with the program it runs (a factory of whatever object owns the program's tasks); Start makes the
// program; Kill destroys it with everything it awaits, as kill -9 would; Start again makes a new one: only what it told
// others survives. Pause is SIGSTOP: nothing of it runs until Resume, then all that came due meanwhile does. Suspend is its machine's
// sleep: Now() goes on (CLOCK_BOOTTIME), but what timers wait by stands still (CLOCK_MONOTONIC), so they fire up to a second after
// Resume (common/async/io_loop.h), when what came from outside has been taken in.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/async/loop.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class Process;

// The Loop of one life of a process. It outlives that life (the Process keeps it), because answers for the dead may
// still arrive: they are dropped. A piece of work takes a few microseconds, drawn, so that processes interleave.
class ProcessLoop final : public async::Loop {
 public:
  explicit ProcessLoop(Process& process) : process_(process) {}

  void Post(std::function<void()> work) override;
  Instant Now() const override;
  absl::Time WallTime() const override;
  TimerId At(Instant when, std::function<void()> work) override;
  void Cancel(TimerId timer) override;

  bool dead() const { return dead_; }

 private:
  friend class Process;
  struct Timer {
    Simulation::EventId event;
    std::function<void()> work;
  };

  void Wake();
  void Turn();
  void OnDue(TimerId timer);
  void HoldTimers(absl::Duration lasts);
  void Fire(TimerId timer);
  void Die();
  void DropWork();

  Process& process_;
  std::deque<std::function<void()>> ready_;
  std::unordered_map<TimerId, Timer> timers_;
  bool timers_held_ = false;
  std::vector<TimerId> late_;  // Came due meanwhile.
  TimerId last_timer_ = 0;
  bool turn_due_ = false;
  bool dead_ = false;
};

class Process {
 public:
  using Program = std::function<std::shared_ptr<void>(Process&)>;

  Process(Simulation& simulation, int party, std::string name, Program program);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void Start();
  void Kill();
  void Pause();
  void Suspend();
  void Resume();
  // For the program: ends this life as soon as the present turn is over.
  void Exit();

  bool alive() const { return loop_ != nullptr && !loop_->dead(); }
  bool paused() const { return paused_; }
  bool running() const { return alive() && !paused_; }
  // When it last ran: now while it runs.
  Instant last_ran() const { return running() ? simulation_.Now() : stopped_; }
  // Since when it runs, without a pause; meaningful while it runs.
  Instant running_since() const { return running_since_; }
  // How long its machine has slept altogether: by so much CLOCK_MONOTONIC lies behind.
  absl::Duration slept() const { return slept_; }
  // 1 for the first life.
  int life() const { return static_cast<int>(lives_.size()); }

  // Moves the calendar that this process sees; the steady clock is untouched.
  void SetClockOffset(absl::Duration offset) { clock_offset_ = offset; }
  absl::Duration clock_offset() const { return clock_offset_; }

  // Of the present life.
  ProcessLoop& loop() { return *loop_; }
  void* program() { return running_.get(); }
  Simulation& simulation() { return simulation_; }
  const std::string& name() const { return name_; }
  int party() const { return party_; }

 private:
  friend class ProcessLoop;

  // Destroys what is left of a life that is over.
  void Bury();

  Simulation& simulation_;
  const int party_;
  const std::string name_;
  const Program program_;
  absl::Duration clock_offset_;
  bool paused_ = false;
  bool suspended_ = false;
  absl::Duration slept_;
  Instant stopped_;
  Instant running_since_;
  std::vector<std::unique_ptr<ProcessLoop>> lives_;
  ProcessLoop* loop_ = nullptr;
  std::shared_ptr<void> running_;
};

}  // namespace causeway::simulation
