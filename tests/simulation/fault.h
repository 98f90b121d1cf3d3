// The kinds of faults, and Faults: whether one strikes now.
//
// Every kind draws from a stream of its own, so that leaving a kind out (as shrinking does) doesn't change when the
// others strike.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/simulation/dice.h"

namespace causeway::simulation {

enum class Fault : uint8_t {
  // Of processes.
  kKill,
  kPause,
  kClockJump,
  // Of the network.
  kPartition,
  kDelay,
  // Of one HTTP request.
  kLostRequest,
  kLostAnswer,
  kLateRequest,
  kThrottle,
  kUnavailable,
  kFailedAfterwards,
  kHtmlPage,
  kCutBody,
  kDuplicate,
  kTokenRefused,
  kHang,  // The client never comes back to its caller, deadline or not.
  // Of the source: delta links, events beyond the journal's retention.
  kPositionExpired,
  // Of the broker.
  kBrokerDown,
  kCoordinatorMoves,
  kBrokerLosesRequest,
  kBrokerLosesAnswer,
  kSlowMarker,
  kOffsetsExpire,
  kCompaction,
  // Of people and the controller.
  kControllerAway,
  kStop,
  kEdit,
  kScale,
  kReplay,  // Somebody changes a row in Campaign, and a replay is asked for.
  kDeaf,    // A replica is cut off from the controller alone; meanwhile the workflow is edited and started anew.
  kCount,
};

inline constexpr size_t kFaultKinds = static_cast<size_t>(Fault::kCount);

absl::string_view NameOf(Fault kind);

// How likely each kind is: for those of one message the probability for each message; for the others, how many are
// expected in a schedule. 0: never.
using FaultRates = std::array<double, kFaultKinds>;

// Swarm testing: each kind is absent, rare or frequent, drawn per seed, because a mix of everything hides what only a
// few kinds together, or one kind at a high rate, bring about.
FaultRates DrawRates(uint64_t seed);

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
