// A GUID: 16 bytes in the order of its text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace causeway::sandbox {

struct Guid {
  std::array<uint64_t, 2> words{};

  // 8-4-4-4-12 hexadecimal digits of either case.
  static std::optional<Guid> Parse(std::string_view text);
  // Version 4 from 128 bits of anybody's choice.
  static Guid FromBits(uint64_t high, uint64_t low);

  void AppendTo(std::string& out) const;  // In lower case.
  std::string ToString() const;

  friend bool operator==(const Guid&, const Guid&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Guid& guid) {
    return H::combine(std::move(state), guid.words[0], guid.words[1]);
  }
};

}  // namespace causeway::sandbox
