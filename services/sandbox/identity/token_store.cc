#include "services/sandbox/identity/token_store.h"

#include "absl/strings/escaping.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox {
namespace {

constexpr int kRandomWords = 12;
constexpr size_t kManyTokens = 10'000;

}  // namespace

TokenStore::TokenStore(const Clock& clock, std::string prefix, uint64_t seed)
    : clock_(clock), prefix_(std::move(prefix)), dice_(seed) {}

std::string TokenStore::Issue(int64_t lifetime_seconds) {
  if (expiry_.size() >= kManyTokens) DropExpired();
  std::string random;
  for (int i = 0; i < kRandomWords; ++i) {
    const uint64_t bits = dice_.Bits();
    random.append(reinterpret_cast<const char*>(&bits), sizeof(bits));
  }
  std::string token = prefix_ + absl::WebSafeBase64Escape(random);
  expiry_[token] = clock_.NowMillis() + lifetime_seconds * 1000;
  return token;
}

bool TokenStore::IsValid(std::string_view token) const {
  const auto found = expiry_.find(absl::string_view(token.data(), token.size()));
  return found != expiry_.end() && clock_.NowMillis() < found->second;
}

bool TokenStore::IsAuthorized(std::string_view authorization) const {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() < kScheme.size() ||
      !http::EqualsIgnoreCase(authorization.substr(0, kScheme.size()), kScheme))
    return false;
  return IsValid(http::Trim(authorization.substr(kScheme.size())));
}

size_t TokenStore::ExpireAll() {
  DropExpired();
  const size_t expired = expiry_.size();
  expiry_.clear();
  return expired;
}

void TokenStore::DropExpired() {
  const int64_t now = clock_.NowMillis();
  absl::erase_if(expiry_, [now](const auto& token) { return token.second <= now; });
}

}  // namespace causeway::sandbox
