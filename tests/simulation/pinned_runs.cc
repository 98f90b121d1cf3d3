#include "tests/simulation/pinned_runs.h"

#include "tests/simulation/mapping_shape.h"

namespace causeway::simulation {

void PinnedRuns::Observe(const v1::ConnectResponse& assignments, Instant now) {
  for (const v1::Assignment& assignment : assignments.assignments()) {
    if (assignment.workflow() != workflow_ || !assignment.has_definition() || pins_.contains(assignment.run())) continue;
    Pin& pin = pins_[assignment.run()];
    pin.since = now;
    for (const v1::Connection& connection : assignment.definition().connections()) {
      if (connection.has_campaign()) pin.tenant = connection.campaign().tenant();
    }
    for (const v1::TableMapping& mapping : assignment.definition().table_mappings()) {
      pin.tables[mapping.source_table()] = {MappingShape::NumberOf(mapping).value_or(-1),
                                            mapping.deletes() == v1::TableMapping::DELETES_IGNORE};
    }
  }
}

const PinnedRuns::Pin* PinnedRuns::latest_mapped(const std::string& table) const {
  for (auto pin = pins_.rbegin(); pin != pins_.rend(); ++pin) {
    if (pin->second.tables.contains(table)) return &pin->second;
  }
  return nullptr;
}

}  // namespace causeway::simulation
