// The access tokens that one identity provider has given out.
#pragma once

#include <cstdint>
#include <optional>
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

  // `note`: what is to be remembered of it, as its scopes.
  std::string Issue(int64_t lifetime_seconds, std::string_view note = {});
  bool IsValid(std::string_view token) const;
  // From the value of an Authorization header.
  bool IsAuthorized(std::string_view authorization) const;
  // The note of the token in an Authorization header; nullopt: it isn't valid.
  std::optional<std::string> NoteOf(std::string_view authorization) const;
  // Returns how many were valid.
  size_t ExpireAll();

 private:
  struct Token {
    int64_t expiry_ms = 0;
    std::string note;
  };

  const Token* Find(std::string_view token) const;
  void DropExpired();

  const Clock& clock_;
  const std::string prefix_;
  Dice dice_;
  absl::flat_hash_map<std::string, Token> issued_;
};

}  // namespace causeway::sandbox
