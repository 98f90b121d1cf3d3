// Network: who reaches whom, and how long a message takes.
//
// Parties are processes and outside systems, numbered as they are added.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class Network {
 public:
  Network(Simulation& simulation, Faults& faults) : simulation_(simulation), faults_(faults) {}

  int AddParty(std::string name);
  int parties() const { return static_cast<int>(names_.size()); }
  const std::string& name(int party) const { return names_[party]; }

  // One way. Each Cut lasts until its own Heal.
  void Cut(int from, int to) { ++cuts_[from][to]; }
  void Heal(int from, int to);
  void HealAll();
  // Whether what one sends arrives at the other.
  bool Reaches(int from, int to) const { return cuts_[from][to] == 0; }

  // One way, of one message.
  absl::Duration Latency();

 private:
  Simulation& simulation_;
  Faults& faults_;
  std::vector<std::string> names_;
  std::vector<std::vector<int>> cuts_;  // How many keep what one sends from the other.
};

}  // namespace causeway::simulation
