// Dataverse's service protection limits for one user and one web server, counted from real requests
// (spec/dynamics365.md "Requests"): requests and execution time within a sliding window, and requests at the same time.
// Whoever is refused is counted too, so that pressing on lengthens the wait.
//
// Life: outlives what it hands out. Threading: one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "services/sandbox/base/clock.h"
#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

struct ProtectionSettings {
  bool enabled = true;
  int64_t requests = 6000;           // Within the window.
  int64_t execution_ms = 1'200'000;  // Within the window, of all requests together.
  int64_t concurrent = 52;
  int64_t window_seconds = 300;
};

class ServiceProtection {
 public:
  explicit ServiceProtection(const Clock& clock) : clock_(clock) {}
  ServiceProtection(const ServiceProtection&) = delete;
  ServiceProtection& operator=(const ServiceProtection&) = delete;

  struct Admission {
    std::optional<http::Response> refusal;  // 429 with Retry-After.
    std::shared_ptr<void> in_flight;        // Of an admitted request: held until its answer is sent.
  };
  // A request has arrived.
  Admission Admit();
  // x-ms-ratelimit-…: what is left.
  void AddHeaders(http::Response& response);

  ProtectionSettings& settings() { return settings_; }
  int64_t in_flight() const { return in_flight_; }
  // Forgets what was counted but for the requests that are being carried out.
  void Reset();

 private:
  // What happened within one second.
  struct Slice {
    int64_t second = 0;
    int64_t requests = 0;
    int64_t execution_ms = 0;
  };

  // Drops what has left the window.
  Slice& Now();
  void Finish(int64_t started_ms);
  // Of the requests before this one.
  std::optional<Limit> Exceeded();
  // Until enough slices have left the window.
  int64_t SecondsToWait(Limit limit) const;

  const Clock& clock_;
  ProtectionSettings settings_;
  std::deque<Slice> slices_;  // Of the window, oldest first.
  int64_t requests_ = 0;      // Sums of the slices.
  int64_t execution_ms_ = 0;
  int64_t in_flight_ = 0;
};

}  // namespace causeway::sandbox::dataverse
