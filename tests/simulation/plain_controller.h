// PlainController: the shortest controller that gives replicas their assignments and judges their leases. It shows the
// engine by itself, as PlainConnectors do.
//
// Life: one object for each life of the controller's process, over a Desired that survives them.
#pragma once

#include <map>
#include <string>

#include "causeway/v1/control.pb.h"
#include "common/async/scope.h"
#include "tests/simulation/model/control_model.h"
#include "tests/simulation/process.h"

namespace causeway::simulation {

// What the controller keeps in Kafka.
struct Desired {
  v1::Definition latest;
  v1::Definition pinned;
  bool started = false;
  int64_t run = 0;
};

class PlainController {
 public:
  enum class Status { kStopped, kStarting, kRunning, kFailed };

  PlainController(Process& process, ControlModel& control, Desired& desired);

  void Start();
  void Stop();
  Status status() const;
  // Whether a live replica of that party has reported lately that it doesn't run the workflow.
  bool Hears(int party) const;
  const std::string& failure() const { return failure_; }

 private:
  struct Lease {
    int64_t turns = -1;
    Instant renewed = -absl::InfiniteDuration();
    void Renew(int64_t now_turns, Instant now);
  };
  struct Replica {
    int party = 0;
    std::string incarnation;
    Instant reported;
    v1::WorkflowReport report;
    bool has_workflow = false;
    Lease read, write;
    Instant started;  // When it began to be told to run.
    int64_t restart = 0;
    std::string told;  // The last assignments that it was sent.
    Instant told_at = -absl::InfiniteDuration();
  };

  void OnReport(int from, const v1::ConnectRequest& request);
  void Judge();
  void Assign(Replica& replica);
  async::Task<void> Watch();
  bool Runs(const Replica& replica) const;

  Process& process_;
  ProcessLoop& loop_;
  ControlModel& control_;
  Desired& desired_;
  const Instant began_;
  std::map<std::string, Replica> replicas_;
  std::string reader_;
  Instant reader_since_;
  std::string failure_;
  int64_t failed_run_ = 0;
  async::Scope tasks_;
};

}  // namespace causeway::simulation
