// Faults: what goes wrong on the way to and from the systems, for a time, for a share of the requests (seeded).
//
// One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <regex>
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
  kAnswer,       // Any status, code and text, in the form of the system; not carried out.
};

struct Fault {
  FaultKind kind = FaultKind::kFail;
  std::string system = "both";
  int64_t until_ms = 0;
  double share = 1.0;
  std::string method;             // Empty: any.
  std::string path_part;          // Empty: any.
  int64_t remaining = INT64_MAX;  // How many more requests it hits.
  std::shared_ptr<const std::regex> match;  // Found in METHOD/path?query; null: any.
  std::string key;                // Only requests about the record with this key or id; empty: any.
  int status = 503;               // kFail, kAnswer
  std::string code, text;         // kAnswer
  std::string body;               // kAnswer: instead of code and text, as it stands.
  double retry_after = 1;         // Seconds; kThrottle. kAnswer: 0: none is told.
  int64_t delay_ms = 0;           // kDelay
};

class Faults {
 public:
  // Whether a request is about the record with a key.
  using Concerns = std::function<bool(const http::Request&, const std::string& key)>;

  Faults(
      const Clock& clock, uint64_t seed,
      Concerns concerns = [](const http::Request&, const std::string&) { return false; })
      : clock_(clock), dice_(seed), concerns_(std::move(concerns)) {}

  void Add(Fault fault) { faults_.push_back(std::move(fault)); }
  void Clear() { faults_.clear(); }
  size_t size() const { return faults_.size(); }
  int64_t hits() const { return hits_; }

  // Adds to the request's fate what goes wrong with it.
  void Apply(System system, const http::Request& request, http::Fate& fate);
  // What is answered instead to an operation within a batch: of the kind kAnswer only.
  std::optional<http::Response> AnswerTo(System system, const http::Request& operation);

 private:
  bool Hits(const Fault& fault, System system, const http::Request& request);
  static void Apply(const Fault& fault, System system, http::Fate& fate);

  const Clock& clock_;
  Dice dice_;
  Concerns concerns_;
  std::vector<Fault> faults_;
  int64_t hits_ = 0;
};

}  // namespace causeway::sandbox
