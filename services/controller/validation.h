// What is wrong with a resource as a whole: every field at once (design.md "Control"). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "causeway/v1/resources.pb.h"
#include "services/controller/api_error.h"

namespace causeway::controller {

// product.md I2, I12.
struct Limits {
  int custom_tables = 20;  // Mappings to custom resources in a workflow.
  int columns = 50;        // Field mappings in one of them.
  // I12: a workflow with so many records queued, or a table with so many rows, isn't replayed; 0: always.
  int64_t replay_records = 2'000'000;
};

// `field`: how the request calls the id. Organizations and instances: [a-z][a-z0-9-]{0,39}; table mappings may have
// underscores, as tables do, and 100 characters.
void CheckId(const std::string& field, const std::string& id, std::vector<Violation>& violations);
void CheckTableMappingId(const std::string& field, const std::string& id, std::vector<Violation>& violations);
void CheckDisplayName(const std::string& name, std::vector<Violation>& violations);
// The system must be the one that the id names.
void CheckConnection(const v1::Connection& connection, const std::string& id, std::vector<Violation>& violations);
void CheckSettings(const v1::WorkflowSettings& settings, v1::WorkflowType type, absl::Time now,
                   std::vector<Violation>& violations);
void CheckTableMapping(const v1::TableMapping& mapping, const Limits& limits, std::vector<Violation>& violations);

}  // namespace causeway::controller
