// PinnedRuns: what each run of the workflow is to write, as the controller's assignments say it.
//
// Life: construct with the workflow's name; Observe every list of assignments at the moment the controller sends it.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "causeway/v1/control.pb.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class PinnedRuns {
 public:
  struct Table {
    int mapping = -1;  // MappingShape's number.
    bool ignores_deletions = false;
  };
  struct Pin {
    Instant since;       // When the first replica was told.
    std::string tenant;  // Of Campaign.
    std::map<std::string, Table> tables;  // Those that are mapped.
  };

  explicit PinnedRuns(std::string workflow) : workflow_(std::move(workflow)) {}

  void Observe(const v1::ConnectResponse& assignments, Instant now);

  // By run.
  const std::map<int64_t, Pin>& pins() const { return pins_; }
  // nullptr: nobody was told of a run yet.
  const Pin* latest() const { return pins_.empty() ? nullptr : &pins_.rbegin()->second; }
  // The last run that writes the table.
  const Pin* latest_mapped(const std::string& table) const;

 private:
  const std::string workflow_;
  std::map<int64_t, Pin> pins_;
};

}  // namespace causeway::simulation
