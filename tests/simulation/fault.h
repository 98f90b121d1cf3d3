// The kinds of faults, and Faults: whether one strikes now.
//
// Every kind draws from a stream of its own, so that leaving a kind out (as shrinking does) doesn't change when the
// others strike.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/simulation/dice.h"

namespace causeway::simulation {

enum class Fault : uint8_t {
  // Of processes.
  kKill,
  kPause,
  kSuspend,  // The machine sleeps.
  kClockJump,
  // Of the network.
  kPartition,
  kDelay,
  // Of one HTTP request.
  kLostRequest,
  kLostAnswer,
  kLateRequest,
  kVeryLateRequest,  // Beyond its deadline, within the host's landing margin.
  kSlowConnection,   // Time passes between the call and the moment at which its bytes leave.
  kThrottle,
  kUnavailable,
  kFailedAfterwards,
  kHtmlPage,
  kCutBody,
  kDuplicate,
  kTokenRefused,
  kHang,  // The client never comes back to its caller, deadline or not.
  kRetryAfterEnforced,  // Asking before the time that one was told to wait is over counts as a violation.
  // Of the source: delta links, events beyond the journal's retention.
  kPositionExpired,
  kReplicaLag,  // A page of a pass shows rows as they were before their last change.
  kRestore,     // The environment goes back to a backup.
  kRowsHidden,  // The account sees only some rows for a while.
  // Of the broker.
  kBrokerDown,
  kCoordinatorMoves,
  kBrokerLosesRequest,
  kBrokerLosesAnswer,
  kSlowMarker,
  kOffsetsExpire,
  kCompaction,
  kCommitUnknown,  // A producer never hears whether its transaction was committed.
  kBacklogCut,     // Somebody deletes queued records.
  kEndLost,        // An unclean election: the newest records of a partition vanish, and the log goes on.
  kTopicDeleted,
  // Of the replicas' disks.
  kStoreFails,
  // Of runs.
  kOldRunsEnd,  // A run that goes on when the next one has begun counts as a violation.
  kBooksBalance,  // Books that don't, at the end, count as a violation.
  // Of Campaign's own users.
  kOthersCreate,
  kOthersClaim,  // With the key of a person who isn't there yet.
  kOthersNote,
  kOthersDelete,
  kOthersMove,
  // Of people and the controller.
  kControllerAway,
  kTwoControllers,
  kTwin,  // A second process that bears a replica's name.
  kStop,
  kEdit,
  kScale,
  kMappingEdit,    // Of what is written.
  kTenantChange,   // Everything goes to another Campaign.
  kAddressChange,  // Of the same systems.
  kReplay,  // Somebody changes a row in Campaign, and a replay is asked for.
  kDeaf,    // A replica is cut off from the controller alone; meanwhile the workflow is edited and started anew.
  kCount,
};

inline constexpr size_t kFaultKinds = static_cast<size_t>(Fault::kCount);

absl::string_view NameOf(Fault kind);
std::optional<Fault> FaultNamed(absl::string_view name);

// How likely each kind is: for those of one message the probability for each message; for the others, how many are
// expected in a schedule. 0: never.
using FaultRates = std::array<double, kFaultKinds>;

// Swarm testing: each kind is absent, rare or frequent, drawn per seed, because a mix of everything hides what only a
// few kinds together, or one kind at a high rate, bring about.
//
// `also`: kinds that are to be there though they wait for the mend of what they would find.
FaultRates DrawRates(uint64_t seed, const std::set<Fault>& also = {});

class Faults {
 public:
  Faults(uint64_t seed, const FaultRates& rates);

  // For the kinds of one message.
  bool Strikes(Fault kind);
  // For the other kinds: counts one that the schedule brings about. False when it is left out.
  bool Happens(Fault kind);

  double rate(Fault kind) const { return rates_[static_cast<size_t>(kind)]; }
  // For a fault's particulars.
  Dice& dice(Fault kind) { return dice_[static_cast<size_t>(kind)]; }

  // From now on none.
  void Cease() { ceased_ = true; }

  // Called with each fault of one message that strikes. For the trace.
  void TellTo(std::function<void(Fault)> sink) { sink_ = std::move(sink); }

  // Shrinking: the faults of these numbers (in the order in which they strike, from 0) don't.
  void LeaveOut(std::vector<bool> numbers) { left_out_ = std::move(numbers); }
  uint64_t struck() const { return struck_; }

  const std::array<uint64_t, kFaultKinds>& counts() const { return counts_; }
  uint64_t counted(Fault kind) const { return counts_[static_cast<size_t>(kind)]; }

 private:
  FaultRates rates_;
  std::vector<Dice> dice_;
  std::array<uint64_t, kFaultKinds> counts_{};
  std::vector<bool> left_out_;
  std::function<void(Fault)> sink_;
  uint64_t struck_ = 0;
  bool ceased_ = false;
};

}  // namespace causeway::simulation
