// Tokens: the access tokens of an outside system: issued with a life, refused when it is over, or before, as a fault.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/http/client.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class Tokens {
 public:
  Tokens(Simulation& simulation, Faults& faults, absl::Duration life)
      : simulation_(simulation), faults_(faults), life_(life) {}

  // The answer to a token request: Entra ID's and IMS's have the same shape.
  http::Response Issue();
  // Whether the request's bearer token is good.
  bool Accept(const http::Request& request);

 private:
  Simulation& simulation_;
  Faults& faults_;
  const absl::Duration life_;
  std::map<std::string, Instant, std::less<>> expiry_;
};

// Value of a request's header, by its name in any case; empty when there is none.
absl::string_view HeaderOf(const http::Request& request, absl::string_view name);

}  // namespace causeway::simulation
