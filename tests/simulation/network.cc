#include "tests/simulation/network.h"

#include <utility>

namespace causeway::simulation {

int Network::AddParty(std::string name) {
  names_.push_back(std::move(name));
  cuts_.emplace_back();
  for (std::vector<int>& cuts : cuts_) cuts.resize(names_.size());
  return parties() - 1;
}

void Network::Heal(int from, int to) {
  if (!Reaches(from, to)) --cuts_[from][to];  // All may have been healed meanwhile.
}

void Network::HealAll() {
  for (std::vector<int>& cuts : cuts_) cuts.assign(cuts.size(), 0);
}

absl::Duration Network::Latency() {
  const absl::Duration usual = absl::Microseconds(100 + simulation_.dice().Below(900));
  if (!faults_.Strikes(Fault::kDelay)) return usual;
  return faults_.dice(Fault::kDelay).LogBetween(absl::Milliseconds(5), absl::Seconds(8));
}

}  // namespace causeway::simulation
