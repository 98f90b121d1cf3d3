#include "services/sandbox/identity/token_store.h"

#include "absl/strings/escaping.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox {
namespace {

constexpr int kRandomWords = 12;
constexpr size_t kManyTokens = 10'000;

// The token in an Authorization header.
std::optional<std::string_view> BearerOf(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() < kScheme.size() ||
      !http::EqualsIgnoreCase(authorization.substr(0, kScheme.size()), kScheme))
    return std::nullopt;
  return http::Trim(authorization.substr(kScheme.size()));
}

}  // namespace

TokenStore::TokenStore(const Clock& clock, std::string prefix, uint64_t seed)
    : clock_(clock), prefix_(std::move(prefix)), dice_(seed) {}

std::string TokenStore::Issue(int64_t lifetime_seconds, std::string_view note) {
  if (issued_.size() >= kManyTokens) DropExpired();
  std::string random;
  for (int i = 0; i < kRandomWords; ++i) {
    const uint64_t bits = dice_.Bits();
    random.append(reinterpret_cast<const char*>(&bits), sizeof(bits));
  }
  std::string token = prefix_ + absl::WebSafeBase64Escape(random);
  issued_[token] = {clock_.NowMillis() + lifetime_seconds * 1000, std::string(note)};
  return token;
}

const TokenStore::Token* TokenStore::Find(std::string_view token) const {
  const auto found = issued_.find(absl::string_view(token.data(), token.size()));
  return found != issued_.end() && clock_.NowMillis() < found->second.expiry_ms ? &found->second : nullptr;
}

bool TokenStore::IsValid(std::string_view token) const { return Find(token) != nullptr; }

bool TokenStore::IsAuthorized(std::string_view authorization) const {
  const std::optional<std::string_view> token = BearerOf(authorization);
  return token && IsValid(*token);
}

std::optional<std::string> TokenStore::NoteOf(std::string_view authorization) const {
  const std::optional<std::string_view> token = BearerOf(authorization);
  const Token* found = token ? Find(*token) : nullptr;
  return found == nullptr ? std::nullopt : std::optional(found->note);
}

size_t TokenStore::ExpireAll() {
  DropExpired();
  const size_t expired = issued_.size();
  issued_.clear();
  return expired;
}

void TokenStore::DropExpired() {
  const int64_t now = clock_.NowMillis();
  absl::erase_if(issued_, [now](const auto& token) { return token.second.expiry_ms <= now; });
}

}  // namespace causeway::sandbox
