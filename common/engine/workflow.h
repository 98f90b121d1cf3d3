// Workflow: one run of one workflow in one replica. Prepares source and destination, then reads (if it holds the reader's role)
// and writes until it is stopped or fails.
//
// It stops by itself when its run is over (RunFence), whether or not the controller can say so.
//
// Life: construct (it begins at once); SetReader and Stop as the controller says; Report at any time; destroy when phase() is
// stopped or failed, or at any moment, which is like a crash of this run. Loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "causeway/v1/control.pb.h"
#include "common/engine/destination.h"
#include "common/engine/pulse.h"
#include "common/engine/reader.h"
#include "common/engine/run_fence.h"
#include "common/engine/run_state.h"
#include "common/engine/source.h"
#include "common/engine/targets.h"
#include "common/engine/world.h"
#include "common/engine/writer.h"

namespace causeway::engine {

// The two ends of one run. They may share what both need (schemas, clients).
struct Ends {
  std::unique_ptr<Source> source;
  std::unique_ptr<Destination> destination;
};

// What a workflow service adds to the engine.
class Connectors {
 public:
  virtual ~Connectors() = default;
  // Cheap and without calls: what can fail is left to Prepare. The definition outlives the ends.
  virtual Ends Make(World& world, const v1::Definition& definition) = 0;
};

class Workflow {
 public:
  // `on_change` is called after a change of phase.
  Workflow(World& world, Connectors& connectors, v1::Assignment assignment, std::function<void()> on_change);

  void SetReader(bool reader);
  void Stop();

  v1::WorkflowReport::Phase phase() const { return phase_; }
  int64_t run() const { return run_; }
  int64_t restart() const { return restart_; }
  // Whether it hangs while it begins or ends. (While it runs, its lease shows that to the controller, who has it restarted.)
  bool Hangs() const;
  // A turn counter that grew since the last report renews the lease of its loop; it grows only while the loop keeps its word.
  v1::WorkflowReport Report();

 private:
  async::Task<void> Run();
  async::Task<absl::Status> Prepare();
  async::Task<bool> IsOutage(absl::Status error);
  async::Task<void> ReadUntilStopped();
  async::Task<void> WriteUntilStopped();
  void EndRun(const absl::Status& why);
  void SetPhase(v1::WorkflowReport::Phase phase);
  void Fail(absl::Status error);

  World& world_;
  const v1::Definition definition_;
  const int64_t run_;
  const int64_t restart_;
  bool want_reader_;
  std::function<void()> on_change_;
  bool stopping_ = false;
  v1::WorkflowReport::Phase phase_ = v1::WorkflowReport::PHASE_STARTING;
  std::optional<absl::Status> failure_;
  absl::Time failure_time_;
  Pulse preparing_;
  int64_t read_renewals_ = 0;
  int64_t write_renewals_ = 0;

  RunState state_;
  Ends ends_;
  async::Notifier changed_;
  Targets targets_;
  RunFence fence_;
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<Writer> writer_;
  async::Scope loops_;
};

}  // namespace causeway::engine
