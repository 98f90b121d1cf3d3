// The access tokens that one identity provider has given out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "services/sandbox/base/clock.h"
#include "services/sandbox/base/dice.h"

namespace causeway::sandbox {

class TokenStore {
 public:
  // `prefix` begins every token, so that one of another provider is told apart at sight.
  TokenStore(const Clock& clock, std::string prefix, uint64_t seed);

  std::string Issue(int64_t lifetime_seconds);
  bool IsValid(std::string_view token) const;
  // From the value of an Authorization header.
  bool IsAuthorized(std::string_view authorization) const;
  // Returns how many were valid.
  size_t ExpireAll();

 private:
  void DropExpired();

  const Clock& clock_;
  const std::string prefix_;
  Dice dice_;
  absl::flat_hash_map<std::string, int64_t> expiry_;  // Milliseconds.
};

}  // namespace causeway::sandbox
