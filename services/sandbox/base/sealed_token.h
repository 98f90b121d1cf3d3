// Opaque tokens in links (skip tokens, delta tokens, line starts, positions): base64url of a payload and a checksum
// under a fixed key, so that a token that was tampered with, or made elsewhere, is noticed. Fixed: a link survives a
// restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace causeway::sandbox {

std::string Seal(std::string_view payload);
std::optional<std::string> Unseal(std::string_view token);

// A 64-bit hash that is the same in every process.
uint64_t StableHash(std::string_view text);

}  // namespace causeway::sandbox
