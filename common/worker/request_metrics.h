// Counts the requests that a client sends to one system.
#pragma once

#include <string>

#include "common/metrics/registry.h"
#include "common/oauth/caller.h"

namespace causeway::worker {

// `system`: a value of the metrics' label (common/metrics/names.h). The registry outlives the observer.
oauth::Observer CountRequests(metrics::Registry& registry, std::string system);

}  // namespace causeway::worker
