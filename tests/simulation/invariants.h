// Invariants: what must hold at every moment of a schedule, and what must hold when the faults are over. The first
// violation is kept; the schedule ends there.
//
// Life: construct before the world begins; it listens to the models by itself; Tick regularly; Finally once at the end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "tests/simulation/kept_targets.h"
#include "tests/simulation/landings.h"
#include "tests/simulation/mailing.h"
#include "tests/simulation/running_lease.h"
#include "tests/simulation/shown_backlog.h"
#include "tests/simulation/world.h"

namespace causeway::simulation {

class Invariants {
 public:
  Invariants(World& world, Mailing& mailing);

  void Tick();
  void Finally();
  // Whether nothing is left to do: both sides equal, nothing queued, the workflow runs.
  bool Settled();

  const std::optional<std::string>& violated() const { return violated_; }
  // As it was shown at the last tick; nothing: it couldn't be.
  const std::optional<v1::Workflow>& workflow() const { return workflow_; }

 private:
  void OnSend(const Delivery& delivery, std::optional<Instant> lands);
  void Report(std::string wrong) {
    if (!wrong.empty()) Violate(std::move(wrong));
  }
  void CheckOrdinals();
  // A reset gives the workflow another queue, whose story begins anew.
  void FollowGeneration();
  void OnDamage(const std::string& topic);
  void CheckOffsets();
  void CheckStatus();
  void CheckShownBacklog();
  void SampleBacklog();
  void CheckGaps();
  void CheckStopped();
  void CheckCalls();
  bool BrokerReached() const;
  bool OfDestination(const http::Request& request) const;
  static bool ShowsTheBacklog(const v1::Workflow& workflow, int64_t records);
  // What differs between the systems; empty: nothing.
  std::string Difference() const;
  std::string DifferenceOfDeadLetters() const;
  // Of those that people have answered with a start; empty: there was a reason for each.
  std::string FailureWithoutReason() const;
  std::string DifferenceOfNeighbour() const;
  std::string DifferenceOfBooks(const v1::Workflow& workflow) const;
  int64_t Queued() const;
  // Σ (queued − finished), as the broker has it.
  int64_t Backlog();
  void Violate(std::string what);

  World& world_;
  Mailing& mailing_;
  std::optional<std::string> violated_;

  std::optional<v1::Workflow> workflow_;
  Landings landings_;
  KeptTargets targets_;
  struct Partition {
    int64_t next_offset = 0;
    int64_t last_ordinal = 0;
    int64_t finished = 0;
    bool unseen = false;  // Some records were trimmed before they were looked at.
  };
  std::map<int32_t, Partition> partitions_;
  std::string backlog_, index_;  // The topics that they are of.
  bool damaged_ = false;     // Somebody has deleted or lost some of it: what is shown of it isn't judged any more.
  int64_t generation_ = 0;   // How often its partitions were handed out,
  int64_t handed_out_ = 0;   // and those of earlier ones.

  RunningLease lease_;
  ShownBacklog shown_;
  Instant last_tick_;
  // Since when the controller and the broker have been able to talk.
  Instant reached_since_;
  // When the backlog that is shown was observed, as the controller says it, and when that was noticed.
  absl::Time observed_;
  bool looks_on_ = false;  // Whether a controller could be asked at the tick before.
  Instant observed_at_;

  // Since when STOPPED is shown.
  Instant stopped_since_;
  int64_t queued_ = 0;
  int64_t run_ = 0;

  int64_t gaps_ = 0;
  Instant gap_told_ = -absl::InfiniteDuration();

  // Of Campaign.
  int64_t requests_ = 0;
  int64_t well_answered_ = 0;
  int64_t lookups_ = 0;
};

}  // namespace causeway::simulation
