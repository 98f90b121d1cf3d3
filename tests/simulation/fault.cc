#include "tests/simulation/fault.h"

namespace causeway::simulation {
namespace {

struct KindOfFault {
  absl::string_view name;
  // When frequent.
  double frequent;
};

// In the order of Fault.
constexpr KindOfFault kKinds[] = {
    {"kill", 11},
    {"pause", 8},
    {"clock jump", 8},
    {"partition", 9},
    {"delay", 0.05},
    {"lost request", 0.1},
    {"lost answer", 0.1},
    {"late request", 0.1},
    {"429", 0.15},
    {"503", 0.15},
    {"5xx after it was done", 0.08},
    {"HTML page", 0.05},
    {"cut body", 0.08},
    {"duplicate", 0.08},
    {"token refused", 0.03},
    {"hang", 0.01},
    {"positions expire", 4},
    {"broker down", 6},
    {"coordinator moves", 9},
    {"request to the broker lost", 0.05},
    {"answer of the broker lost", 0.05},
    {"slow marker", 0.1},
    {"group offsets expire", 2},
    {"compaction", 8},
    {"controller away", 6},
    {"stop", 8},
    {"edit", 6},
    {"scale", 6},
    {"replay", 2},
    {"deaf replica", 5},
};
static_assert(std::size(kKinds) == kFaultKinds);

}  // namespace

absl::string_view NameOf(Fault kind) { return kKinds[static_cast<size_t>(kind)].name; }

FaultRates DrawRates(uint64_t seed) {
  Dice dice(seed);
  FaultRates rates{};
  // How much of everything: from a quiet schedule to a storm.
  const double present = dice.Unit();
  for (size_t kind = 0; kind < kFaultKinds; ++kind) {
    const double share = dice.Unit();
    const bool frequent = dice.Chance(0.3);
    if (share < present) rates[kind] = kKinds[kind].frequent * (frequent ? 1 : 0.2);
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
