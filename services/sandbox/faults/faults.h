// Faults: what goes wrong on the way to and from the systems, for a time, for a share of the requests (seeded).
//
// One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/sandbox/base/clock.h"
#include "services/sandbox/base/dice.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/http/server.h"
#include "services/sandbox/system.h"

namespace causeway::sandbox {

enum class FaultKind {
  kThrottle,     // 429 with Retry-After
  kFail,         // An error status, not carried out.
  kDelay,        // Carried out late.
  kLoseRequest,  // The connection breaks before it is carried out.
  kLoseAnswer,   // It is carried out, then the connection breaks.
  kCutAnswer,    // Half of the answer.
  kHang,         // No answer, not carried out.
  kHtml,         // 200 with an HTML page, as a gateway's; not carried out.
};

struct Fault {
  FaultKind kind = FaultKind::kFail;
  std::string system = "both";
  int64_t until_ms = 0;
  double share = 1.0;
  std::string method;             // Empty: any.
  std::string path_part;          // Empty: any.
  int64_t remaining = INT64_MAX;  // How many more requests it hits.
  int status = 503;               // kFail
  double retry_after = 1;         // Seconds; kThrottle.
  int64_t delay_ms = 0;           // kDelay
};

class Faults {
 public:
  Faults(const Clock& clock, uint64_t seed) : clock_(clock), dice_(seed) {}

  void Add(Fault fault) { faults_.push_back(std::move(fault)); }
  void Clear() { faults_.clear(); }
  size_t size() const { return faults_.size(); }
  int64_t hits() const { return hits_; }

  // Adds to the request's fate what goes wrong with it.
  void Apply(System system, const http::Request& request, http::Fate& fate);

 private:
  bool Hits(const Fault& fault, System system, const http::Request& request);
  static void Apply(const Fault& fault, System system, http::Fate& fate);

  const Clock& clock_;
  Dice dice_;
  std::vector<Fault> faults_;
  int64_t hits_ = 0;
};

}  // namespace causeway::sandbox
