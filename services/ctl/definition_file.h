// Definition files: YAML that nests the resources as their names do (docs/causewayctl.md "Definition files").
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/ctl/definition.h"
#include "services/ctl/reference.h"

namespace causeway::ctl {

// A usage error that lists every problem with its line. Secrets keep their references as text.
absl::StatusOr<Definitions> ParseDefinitions(const std::string& yaml, const std::string& file,
                                             const Surroundings& surroundings);

// What ParseDefinitions reads back to the same definitions. Secrets that the controller holds are written as
// references.
std::string WriteDefinitions(const Definitions& definitions);

}  // namespace causeway::ctl
