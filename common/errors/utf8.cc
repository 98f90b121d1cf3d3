#include "common/errors/utf8.h"

#include <cstdint>

namespace causeway::errors {
namespace {

bool Continues(unsigned char c) { return (c & 0xc0) == 0x80; }

struct Range {
  uint32_t first, last;
};
// Of code points that are not to be shown.
constexpr Range kHarmful[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f},  // C0, DEL and C1: they steer terminals.
    {0x061c, 0x061c}, {0x200e, 0x200f}, {0x202a, 0x202e}, {0x2066, 0x2069},  // Direction (Unicode UAX 9).
    {0x2028, 0x2029},  // Line breaks for many programs.
};

// `character` is well-formed.
uint32_t CodePointOf(absl::string_view character) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(character[i])); };
  if (character.size() == 1) return byte(0);
  uint32_t point = byte(0) & (0xffu >> (character.size() + 1));
  for (size_t i = 1; i < character.size(); ++i) point = point << 6 | (byte(i) & 0x3f);
  return point;
}

}  // namespace

size_t CharacterLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const unsigned char first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return Continues(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && second < 0xa0, surrogate = first == 0xed && second > 0x9f;
    return Continues(second) && Continues(byte(2)) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && second < 0x90, beyond = first == 0xf4 && second > 0x8f;
    return Continues(second) && Continues(byte(2)) && Continues(byte(3)) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

bool IsHarmless(absl::string_view character) {
  const uint32_t point = CodePointOf(character);
  for (const Range& range : kHarmful) {
    if (point >= range.first && point <= range.last) return false;
  }
  return true;
}

}  // namespace causeway::errors
