// One workflow's Lifecycle, and what happens to it, for its tests.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/errors/error.h"
#include "services/controller/lifecycle.h"
#include "services/controller/names.h"

namespace causeway::controller {

using Phase = v1::WorkflowReport;

inline constexpr char kName[] = "organizations/o/instances/i/workflows/ingress";
inline constexpr char kReplica[] = "r1";

struct World {
  async::Instant now = absl::Seconds(100);
  Lifecycle lifecycle{kName, v1::WORKFLOW_TYPE_INGRESS, {}, now, false};
  int64_t turns = 0;

  void Pass(absl::Duration duration) {
    for (const async::Instant end = now + duration; now < end;) {
      now += absl::Milliseconds(500);
      lifecycle.Judge(now);
    }
  }
  v1::WorkflowReport ReportOf(v1::WorkflowReport::Phase phase) const {
    v1::WorkflowReport report;
    report.set_workflow(kName);
    report.set_run(lifecycle.desired().run);
    report.set_phase(phase);
    report.set_reader(true);
    report.set_read_turns(turns);
    report.set_write_turns(turns);
    const auto role = lifecycle.RoleOf(kReplica);
    if (role.has_value()) report.set_restart(role->restart);
    if (phase == Phase::PHASE_FAILED) report.mutable_failure()->set_code("CW-CAM-FIELD");
    return report;
  }
  void Report(v1::WorkflowReport::Phase phase) {
    const v1::WorkflowReport report = ReportOf(phase);
    lifecycle.Report(kReplica, "p1", &report, now);
    lifecycle.Judge(now);
  }
  void Turn() {
    for (int i = 0; i < 3; ++i) {
      ++turns;
      Report(Phase::PHASE_RUNNING);
      Pass(absl::Milliseconds(500));
    }
  }
  std::string Status() const { return StatusName(lifecycle.status(now)); }
};

using Act = std::function<std::string(World&)>;  // What came of it: the status, or the refusal's code.

inline Act Then(std::function<void(World&)> act) {
  return [act](World& world) {
    act(world);
    return world.Status();
  };
}

inline std::string Try(World& world, absl::StatusOr<Desired> desired) {
  if (!desired.ok()) return errors::Describe(desired.status()).code;
  world.lifecycle.Decide(*desired, world.now);
  return world.Status();
}

inline std::string Start(World& world) { return Try(world, world.lifecycle.Start(2, world.now)); }
inline std::string Stop(World& world) { return Try(world, world.lifecycle.Stop(world.now)); }

inline void Fail(World& world) {
  Desired failed = world.lifecycle.desired();
  failed.failure.emplace().set_code("CW-CAM-FIELD");
  world.lifecycle.Decide(failed, world.now);
}

// A world brought into each state.
inline const std::map<std::string, std::function<void(World&)>>& States() {
  static const auto* const states = new std::map<std::string, std::function<void(World&)>>{
      {"stopped", [](World&) {}},
      {"started, nobody there", [](World& world) { Start(world); }},
      {"started, a replica connected",
       [](World& world) {
         world.lifecycle.Report(kReplica, "p1", nullptr, world.now);
         Start(world);
       }},
      {"starting",
       [](World& world) {
         Start(world);
         world.Report(Phase::PHASE_STARTING);
       }},
      {"running",
       [](World& world) {
         Start(world);
         world.Turn();
       }},
      {"stopping",
       [](World& world) {
         Start(world);
         world.Turn();
         Stop(world);
         world.Report(Phase::PHASE_STOPPING);
       }},
      {"failed",
       [](World& world) {
         Start(world);
         world.Turn();
         Fail(world);
       }},
      {"failed, not recorded yet",
       [](World& world) {
         Start(world);
         world.Turn();
         world.Report(Phase::PHASE_FAILED);
       }},
  };
  return *states;
}

}  // namespace causeway::controller
