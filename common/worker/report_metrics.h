// What a replica's report says, as metrics. Pure.
#pragma once

#include <vector>

#include "causeway/v1/control.pb.h"
#include "common/metrics/registry.h"

namespace causeway::worker {

std::vector<metrics::Sample> SamplesOf(const v1::ConnectRequest& report);

}  // namespace causeway::worker
