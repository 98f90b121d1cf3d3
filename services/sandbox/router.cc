#include "services/sandbox/router.h"

#include <utility>

namespace causeway::sandbox {

http::Fate Router::Receive(const http::Request& request) {
  http::Fate fate;
  const std::optional<System> system = SystemOf(request.path());
  if (!system || *system == System::kControl) return fate;
  if (!world_.IsReached(*system, request)) {
    fate.lose_request = true;
    return fate;
  }
  world_.patience.Asked(*system, request);
  if (*system == System::kDynamics) {
    auto admission = world_.web_api.Receive(request);
    fate.instead = std::move(admission.refusal);
    fate.in_flight = std::move(admission.in_flight);
  }
  if (!fate.instead) world_.faults.Apply(*system, request, fate);
  return fate;
}

http::Response Router::Answer(const http::Request& request) {
  if (request.path() == "/health") return {200, {}, "text/plain", "ok\n"};
  if (SystemOf(request.path()) == System::kControl) return control_.Answer(request);
  return world_.Answer(request);
}

void Router::Answered(const http::Request& request, const http::Fate& fate, http::Response& response) {
  // Whom an answer doesn't reach whole isn't told when to come again.
  if (fate.lose_answer || (fate.cut_at && !response.body.empty())) return;
  const std::optional<System> system = SystemOf(request.path());
  if (system && *system != System::kControl) world_.patience.Answered(*system, request, response);
}

}  // namespace causeway::sandbox
