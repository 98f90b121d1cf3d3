#include "services/sandbox/base/sealed_token.h"

#include <cstring>

#include "absl/strings/escaping.h"
#include "services/sandbox/base/dice.h"

namespace causeway::sandbox {
namespace {

constexpr uint64_t kKey = 0x5A4D3C2B1A0F9E8Dull;

uint64_t ChecksumOf(std::string_view payload) { return Mix(StableHash(payload) ^ kKey); }

}  // namespace

uint64_t StableHash(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325ull + text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) {
    uint64_t word;
    std::memcpy(&word, text.data(), 8);
    hash = Mix(hash ^ word);
  }
  uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return Mix(hash ^ rest);
}

std::string Seal(std::string_view payload) {
  const uint64_t checksum = ChecksumOf(payload);
  std::string sealed(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  sealed += payload;
  return absl::WebSafeBase64Escape(sealed);
}

std::optional<std::string> Unseal(std::string_view token) {
  std::string sealed;
  uint64_t checksum;
  if (!absl::WebSafeBase64Unescape({token.data(), token.size()}, &sealed)) return std::nullopt;
  if (sealed.size() < sizeof(checksum)) return std::nullopt;
  std::memcpy(&checksum, sealed.data(), sizeof(checksum));
  sealed.erase(0, sizeof(checksum));
  if (checksum != ChecksumOf(sealed)) return std::nullopt;
  return sealed;
}

}  // namespace causeway::sandbox
