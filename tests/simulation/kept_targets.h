// KeptTargets: when only Campaign's address changes, its keys aren't listed and its rows aren't written again (docs/decisions/targets.md).
//
// What the reader decided stands in causeway.checkpoints; what it could have seen is in the index and in Campaign.
#pragma once

#include <cstdint>
#include <string>

#include "causeway/v1/record.pb.h"
#include "tests/simulation/world.h"

namespace causeway::simulation {

class KeptTargets {
 public:
  explicit KeptTargets(World& world) : world_(world) {}

  // What is wrong with what was committed since the last tick; empty: nothing.
  std::string Tick();

 private:
  std::string Judge(const v1::TableCheckpoint& after) const;
  bool AllAreHeld(uint64_t target) const;

  World& world_;
  std::string key_;  // Of the checkpoint that is followed; a reset begins another one.
  int64_t next_ = 0;
  v1::TableCheckpoint last_;
};

}  // namespace causeway::simulation
