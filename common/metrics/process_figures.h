// What Prometheus expects every process to say of itself: memory, CPU, descriptors, start. From /proc.
#pragma once

#include <vector>

#include "common/metrics/registry.h"

namespace causeway::metrics {

// What can't be read is left out.
std::vector<Sample> ProcessFigures();

}  // namespace causeway::metrics
