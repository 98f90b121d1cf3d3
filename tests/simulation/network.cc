#include "tests/simulation/network.h"

#include <utility>

namespace causeway::simulation {

int Network::AddParty(std::string name) {
  names_.push_back(std::move(name));
  cuts_.push_back(0);
  return parties() - 1;
}

void Network::SetCut(int a, int b, bool cut) {
  for (auto [from, to] : {std::pair(a, b), std::pair(b, a)}) {
    cuts_[from] = cut ? cuts_[from] | uint64_t{1} << to : cuts_[from] & ~(uint64_t{1} << to);
  }
}

absl::Duration Network::Latency() {
  const absl::Duration usual = absl::Microseconds(100 + simulation_.dice().Below(900));
  if (!faults_.Strikes(Fault::kDelay)) return usual;
  return faults_.dice(Fault::kDelay).LogBetween(absl::Milliseconds(5), absl::Seconds(8));
}

}  // namespace causeway::simulation
