// Patience: counts requests that come earlier than a Retry-After allowed, by system. A client is told apart by its
// access token; requests without one are nobody's.
//
// One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/sandbox/base/clock.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/system.h"

namespace causeway::sandbox {

class Patience {
 public:
  struct Early {
    int64_t requests = 0;  // Of a client that was told to wait.
    int64_t repeated = 0;  // Of these, the same request that was told.
  };

  explicit Patience(const Clock& clock) : clock_(clock) {}

  // A request has arrived.
  void Asked(System system, const http::Request& request);
  // An answer leaves; one with Retry-After tells its client to wait.
  void Answered(System system, const http::Request& request, const http::Response& response);

  const std::map<System, Early>& early() const { return early_; }
  const std::vector<std::string>& examples() const { return examples_; }  // The first ten.
  void Reset();

 private:
  struct Wait {
    int64_t from_ms = 0, until_ms = 0;
  };

  void Tell(uint64_t whom, int64_t seconds);
  bool IsEarly(uint64_t who);

  const Clock& clock_;
  absl::flat_hash_map<uint64_t, Wait> waits_;  // Of clients, and of requests, by hash.
  std::map<System, Early> early_;
  std::vector<std::string> examples_;
};

}  // namespace causeway::sandbox
