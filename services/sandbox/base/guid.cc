#include "services/sandbox/base/guid.h"

namespace causeway::sandbox {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsDash(size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

}  // namespace

std::optional<Guid> Guid::Parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Guid guid;
  int digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = HexDigit(text[i]);
    if (digit < 0) return std::nullopt;
    uint64_t& word = guid.words[digits++ / 16];
    word = word << 4 | static_cast<uint64_t>(digit);
  }
  return guid;
}

Guid Guid::FromBits(uint64_t high, uint64_t low) {
  return {{(high & ~0xF000ull) | 0x4000ull, (low & 0x3FFFFFFFFFFFFFFFull) | 0x8000000000000000ull}};
}

void Guid::AppendTo(std::string& out) const {
  constexpr char kHex[] = "0123456789abcdef";
  char text[36];
  int digits = 0;
  for (size_t i = 0; i < sizeof(text); ++i) {
    if (IsDash(i)) {
      text[i] = '-';
      continue;
    }
    text[i] = kHex[words[digits / 16] >> (60 - 4 * (digits % 16)) & 15];
    ++digits;
  }
  out.append(text, sizeof(text));
}

std::string Guid::ToString() const {
  std::string text;
  AppendTo(text);
  return text;
}

}  // namespace causeway::sandbox
