#include "tests/simulation/fault.h"

namespace causeway::simulation {
namespace {

struct KindOfFault {
  Fault kind;
  absl::string_view name;
  // When frequent.
  double frequent;
  // A rule rather than a fault: a condition that counts as a violation, always.
  bool rule = false;
  // False: it waits for the mend of what it would find. This table is the one place that says so.
  bool on = true;
};

// In the order of Fault.
constexpr KindOfFault kKinds[] = {
    {Fault::kKill, "kill", 11},
    {Fault::kPause, "pause", 8},
    {Fault::kSuspend, "machine sleeps", 4},
    {Fault::kClockJump, "clock jump", 8},
    {Fault::kPartition, "partition", 9},
    {Fault::kDelay, "delay", 0.05},
    {Fault::kLostRequest, "lost request", 0.1},
    {Fault::kLostAnswer, "lost answer", 0.1},
    {Fault::kLateRequest, "late request", 0.1},
    {Fault::kVeryLateRequest, "request beyond its deadline", 0.1},
    {Fault::kSlowConnection, "slow connection", 0.1},
    {Fault::kThrottle, "429", 0.15},
    {Fault::kUnavailable, "503", 0.15},
    {Fault::kFailedAfterwards, "5xx after it was done", 0.08},
    {Fault::kHtmlPage, "HTML page", 0.05},
    {Fault::kCutBody, "cut body", 0.08},
    {Fault::kDuplicate, "duplicate", 0.08},
    {Fault::kTokenRefused, "token refused", 0.03},
    {Fault::kHang, "hang", 0.01},
    {Fault::kRetryAfterEnforced, "Retry-After enforced", 0, true},
    {Fault::kPositionExpired, "positions expire", 4},
    {Fault::kReplicaLag, "replica lags", 0.2},
    {Fault::kRestore, "restored from a backup", 2},
    {Fault::kRowsHidden, "rows hidden", 3},
    {Fault::kBrokerDown, "broker down", 6},
    {Fault::kCoordinatorMoves, "coordinator moves", 9},
    {Fault::kBrokerLosesRequest, "request to the broker lost", 0.05},
    {Fault::kBrokerLosesAnswer, "answer of the broker lost", 0.05},
    {Fault::kSlowMarker, "slow marker", 0.1},
    {Fault::kOffsetsExpire, "group offsets expire", 2},
    {Fault::kCompaction, "compaction", 8},
    {Fault::kCommitUnknown, "commit's outcome unknown", 0.02},
    {Fault::kBacklogCut, "queued records deleted", 1, false, false},
    {Fault::kEndLost, "log's end lost", 1, false, false},
    {Fault::kTopicDeleted, "topic deleted", 0.7, false, false},
    {Fault::kStoreFails, "store fails", 4},
    {Fault::kOldRunsEnd, "old runs end", 0, true},
    {Fault::kBooksBalance, "books balance", 0, true},
    {Fault::kOthersCreate, "others create", 8},
    {Fault::kOthersClaim, "others create with a person's key", 5},
    {Fault::kOthersNote, "others edit", 6},
    {Fault::kOthersDelete, "others delete", 4},
    {Fault::kOthersMove, "others move", 4},
    {Fault::kControllerAway, "controller away", 6},
    {Fault::kTwoControllers, "two controllers", 3},
    {Fault::kTwin, "two replicas with one name", 3},
    {Fault::kStop, "stop", 8},
    {Fault::kEdit, "edit", 6},
    {Fault::kScale, "scale", 6},
    {Fault::kMappingEdit, "edit of what is written", 5},
    {Fault::kTenantChange, "another tenant", 1.5},
    {Fault::kAddressChange, "another address", 2, false, false},
    {Fault::kReplay, "replay", 2},
    {Fault::kDeaf, "deaf replica", 5},
};

constexpr bool InOrder() {
  for (size_t kind = 0; kind < std::size(kKinds); ++kind) {
    if (static_cast<size_t>(kKinds[kind].kind) != kind) return false;
  }
  return std::size(kKinds) == kFaultKinds;
}
static_assert(InOrder());

}  // namespace

absl::string_view NameOf(Fault kind) { return kKinds[static_cast<size_t>(kind)].name; }

std::optional<Fault> FaultNamed(absl::string_view name) {
  for (const KindOfFault& kind : kKinds) {
    if (kind.name == name) return kind.kind;
  }
  return std::nullopt;
}

FaultRates DrawRates(uint64_t seed, const std::set<Fault>& also) {
  Dice dice(seed);
  FaultRates rates{};
  // How much of everything: from a quiet schedule to a storm.
  const double present = dice.Unit();
  for (const KindOfFault& kind : kKinds) {
    const double share = dice.Unit();
    const bool frequent = dice.Chance(0.3);
    if (!kind.on && !also.contains(kind.kind)) continue;
    double& rate = rates[static_cast<size_t>(kind.kind)];
    if (kind.rule) rate = 1;
    else if (share < present) rate = kind.frequent * (frequent ? 1 : 0.2);
  }
  return rates;
}

Faults::Faults(uint64_t seed, const FaultRates& rates) : rates_(rates) {
  Dice seeds(seed);
  dice_.reserve(kFaultKinds);
  for (size_t kind = 0; kind < kFaultKinds; ++kind) dice_.push_back(seeds.Split());
}

bool Faults::Strikes(Fault kind) {
  const double rate = rates_[static_cast<size_t>(kind)];
  if (rate <= 0 || ceased_ || !dice(kind).Chance(rate) || !Happens(kind)) return false;
  if (sink_) sink_(kind);
  return true;
}

bool Faults::Happens(Fault kind) {
  if (ceased_) return false;
  const uint64_t number = struck_++;
  if (number < left_out_.size() && left_out_[number]) return false;
  ++counts_[static_cast<size_t>(kind)];
  return true;
}

}  // namespace causeway::simulation
