#include "common/worker/request_metrics.h"

#include <utility>

#include "common/metrics/names.h"

namespace causeway::worker {

oauth::Observer CountRequests(metrics::Registry& registry, std::string system) {
  const metrics::Counter throttled = registry.Get(metrics::kThrottledSeconds, system);
  return [&registry, system = std::move(system), throttled](const oauth::CallReport& call) {
    const std::string method(call.method);
    registry.Get(metrics::kHttpRequests, system, method, std::to_string(call.status)).Add();
    registry.Get(metrics::kHttpRequestDuration, system, method).Observe(absl::ToDoubleSeconds(call.duration));
    throttled.Add(absl::ToDoubleSeconds(call.throttled));
  };
}

}  // namespace causeway::worker
