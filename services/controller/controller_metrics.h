// What the controller shows to Prometheus of the workflows. Pure.
#pragma once

#include <vector>

#include "causeway/v1/workflow_service.pb.h"
#include "common/metrics/registry.h"
#include "services/controller/definitions.h"

namespace causeway::controller {

// When the connections' secrets expire, where that is known.
void AddSecretExpiries(const Definitions& definitions, std::vector<metrics::Sample>& samples);

void AddSamples(const v1::Workflow& workflow, std::vector<metrics::Sample>& samples);

}  // namespace causeway::controller
