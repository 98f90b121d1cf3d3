// PinnedRuns: what each run of the workflow is to write, as the controller's assignments say it.
//
// Life: construct; Observe every list of assignments at the moment the controller sends it.
#pragma once

#include <map>
#include <string>

#include "causeway/v1/control.pb.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class PinnedRuns {
 public:
  struct Pin {
    Instant since;           // When the first replica was told.
    int mapping = -1;        // MappingShape's number; -1: the mapping was deleted.
    std::string tenant;      // Of Campaign.
    bool ignores_deletions = false;
  };

  void Observe(const v1::ConnectResponse& assignments, Instant now);

  // By run.
  const std::map<int64_t, Pin>& pins() const { return pins_; }
  // nullptr: nobody was told of a run yet.
  const Pin* latest() const { return pins_.empty() ? nullptr : &pins_.rbegin()->second; }
  // The last run that writes something.
  const Pin* latest_mapped() const;

 private:
  std::map<int64_t, Pin> pins_;
};

}  // namespace causeway::simulation
