// Whether a definition has anything to do (product.md W4). Pure.
#pragma once

#include <vector>

#include "causeway/v1/stored.pb.h"
#include "services/controller/api_error.h"

namespace causeway::controller {

// Everything that keeps a workflow from being started, by its field; empty: it can be.
std::vector<Violation> ReasonsNotToStart(v1::WorkflowType type, const v1::StoredDefinition& definition);

}  // namespace causeway::controller
