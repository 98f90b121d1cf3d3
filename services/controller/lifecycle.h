// Lifecycle: the state machine of one workflow (product.md W2–W9). Pure: no I/O, no clock of its own.
//
// Two kinds of facts go in. What people want and what ended a run is durable (Desired); what runs is known only from
// the reports of the replicas, and is forgotten with this object. Out come the status, never stored but computed from
// both, and each replica's role. Every event is followed by Judge, at least twice a second, because leases lapse by
// themselves.
//
// Times are of the controller's monotonic clock, so that no other machine's clock has a say.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "causeway/v1/control.pb.h"
#include "causeway/v1/workflow_service.pb.h"
#include "common/async/loop.h"
#include "common/engine/right.h"
#include "services/controller/lease.h"

namespace causeway::controller {

// A replica whose stream ended is gone after this; streams that break are opened again sooner.
inline constexpr absl::Duration kReconnectTime = absl::Seconds(2);

// Within this after the commit that ended a run, a replica that can't be heard has lost the right to send for it. It follows
// which run may work by itself (common/engine/run_fence.h): whatever it sends is allowed by a look at the log that began
// at most kRightLasts earlier, and one that begins after the commit sees it. A second more for clocks that go at
// different speeds and for what passes between its last check and the first byte.
inline const absl::Duration kRunLapses = engine::kRightLasts + absl::Seconds(1);

// The durable facts.
struct Desired {
  bool started = false;
  int64_t run = 0;              // Grows with every Start.
  int64_t pinned_revision = 0;  // Of the definition that the run was started with.
  std::optional<v1::Failure> failure;
};

// What one replica is to do about the workflow.
struct Role {
  int64_t run = 0;
  bool reader = false;
  bool stop = false;
  int64_t restart = 0;
  bool operator==(const Role&) const = default;
};

class Lifecycle {
 public:
  struct Replica {
    std::string incarnation;
    async::Instant reported;
    std::optional<async::Instant> disconnected;
    // What it reported last; nothing: it doesn't hold the workflow.
    std::optional<v1::WorkflowReport> report;
    Lease read, write;
    // Since when the loops of the reported run may be expected to turn.
    async::Instant loops_since;
    // What it is told; greater than what it reports while it hasn't begun anew.
    int64_t restart = 0;
    // A loop that doesn't turn, and since when.
    struct Stall {
      const char* loop;
      async::Instant since;
    };
    std::optional<Stall> stall;
    // It was told to run, and isn't known to have heard what it was told last: it may begin at any moment.
    bool may_begin = false;
  };

  // `resumed`: the controller has just begun, so that replicas may run what it hasn't heard of yet.
  Lifecycle(std::string name, v1::WorkflowType type, Desired desired, async::Instant now, bool resumed);

  // What people ask for: the facts to be made durable and then given to Decide, or CW-API-STATE (W4).
  absl::StatusOr<Desired> Start(int64_t revision, async::Instant now) const;
  absl::StatusOr<Desired> Stop(async::Instant now) const;
  void Decide(Desired desired, async::Instant now);

  // What a replica says; `report` is nullptr when it doesn't hold the workflow.
  void Report(const std::string& replica, const std::string& incarnation, const v1::WorkflowReport* report,
              async::Instant now);
  // It is sent a role that lets it run.
  void Told(const std::string& replica);
  // Its last report was made after it had heard the role that it has.
  void Heard(const std::string& replica);
  void Disconnected(const std::string& replica, async::Instant now);
  // Time has passed.
  void Judge(async::Instant now);

  v1::Workflow::Status status(async::Instant now) const;
  // Neither runs it, nor may a replica begin it or have something of it in flight.
  bool AtRest(async::Instant now) const;
  // One sentence while STARTING, otherwise empty.
  std::string WaitingFor(async::Instant now) const;
  // The controller's own ("Stopping", "Stalled") and those of the replicas that run it.
  std::vector<v1::Condition> Conditions(async::Instant now, absl::Time wall_time) const;
  // Of the present run, durable or not yet.
  const std::optional<v1::Failure>& failure() const;
  // Reported and still to be made durable.
  const std::optional<v1::Failure>& unrecorded_failure() const { return reported_failure_; }
  // Nothing: it isn't to be listed among the replica's assignments.
  std::optional<Role> RoleOf(const std::string& replica) const;

  v1::WorkflowType type() const { return type_; }
  const Desired& desired() const { return desired_; }
  // Those that are there.
  const std::map<std::string, Replica>& replicas() const { return replicas_; }
  const std::string& reader() const { return reader_; }
  // How often a loop, "read" or "write", was begun anew because it didn't turn.
  const std::map<std::string, int64_t>& loop_restarts() const { return loop_restarts_; }
  // Should run: started and not failed.
  bool Wanted() const { return desired_.started && !failure().has_value(); }
  // It holds the present run, whatever the phase.
  bool HoldsRun(const Replica& replica) const;

 private:
  bool Runs(const Replica& replica) const;
  bool Holds(const Replica& replica) const;
  bool Leaving(const Replica& replica) const;
  void DropAbsent(async::Instant now);
  void NoteUnheard(const std::string& name, const Replica& replica);
  bool IsOver(int64_t run) const;
  bool UnheardMayWrite(async::Instant now) const;
  bool MayWriteOn(const Replica& replica, async::Instant now) const;
  void JudgeLoops(const std::string& name, Replica& replica, async::Instant now);
  void ChooseReader(async::Instant now);
  int ReaderRank(const Replica& replica, async::Instant now) const;
  bool AnyLease(async::Instant now) const;
  bool RunIsLeased(async::Instant now) const;
  std::string WaitingForReplica(const std::string& name, const Replica& replica, async::Instant now) const;

  const std::string name_;
  const v1::WorkflowType type_;
  Desired desired_;
  async::Instant decided_;
  // Until then a replica that reads already is waited for before another one is chosen.
  async::Instant adopt_until_;
  std::optional<v1::Failure> reported_failure_;
  std::map<std::string, Replica> replicas_;
  // Processes, by replica's name and incarnation, that aren't there any more and never said that the run (by its number) has
  // ended: dead, or cut off from the controller alone. Another process of the name takes the place of none of them: it fences
  // them only when it writes, and after a stop it doesn't.
  std::map<std::pair<std::string, std::string>, int64_t> unheard_;
  // The run before may still be written somewhere, so the present one isn't told to anybody yet: two revisions would be
  // written at once.
  bool held_back_ = false;
  // Whether an earlier controller may have known of replicas that this one has never heard of.
  const bool resumed_;
  // When the commit was known that ended the last run before the present one, or the present one.
  async::Instant ended_;
  std::string reader_;
  std::map<std::string, int64_t> loop_restarts_;
  async::Instant reader_since_;
};

}  // namespace causeway::controller
