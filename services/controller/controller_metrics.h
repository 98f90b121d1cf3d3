// What the controller shows to Prometheus of the workflows. Pure.
#pragma once

#include <vector>

#include "causeway/v1/workflow_service.pb.h"
#include "common/metrics/registry.h"

namespace causeway::controller {

void AddSamples(const v1::Workflow& workflow, std::vector<metrics::Sample>& samples);

}  // namespace causeway::controller
