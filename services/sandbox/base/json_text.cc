#include "services/sandbox/base/json_text.h"

#include <algorithm>
#include <array>

namespace causeway::sandbox {
namespace {

// 0: as it is; 'u': \u00XX; else the letter behind the backslash.
constexpr std::array<char, 256> MakeEscapes() {
  std::array<char, 256> escapes{};
  for (int c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}
constexpr std::array<char, 256> kEscapes = MakeEscapes();
constexpr char kHex[] = "0123456789abcdef";

int HexDigit(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

// The character that an escape of AppendJsonString stands for; moves `i` to its last character.
char Unescape(std::string_view text, size_t& i) {
  switch (text[++i]) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'u':
      i += 4;
      return static_cast<char>(HexDigit(text[i - 1]) * 16 + HexDigit(text[i]));
    default:
      return text[i];
  }
}

}  // namespace

void AppendJsonString(std::string_view text, std::string& out) {
  out += '"';
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const char escape = kEscapes[c];
    if (escape == 0) continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    out += '\\';
    out += escape;
    if (escape != 'u') continue;
    out += "00";
    out += kHex[c >> 4];
    out += kHex[c & 15];
  }
  out.append(text, copied, text.size() - copied);
  out += '"';
}

std::string JsonString(std::string_view text) {
  std::string token;
  AppendJsonString(text, token);
  return token;
}

std::string_view TextOfToken(std::string_view token, std::string& scratch) {
  if (token == "null") return {};
  if (!IsJsonString(token)) return token;
  const std::string_view text = token.substr(1, token.size() - 2);
  if (text.find('\\') == std::string_view::npos) return text;
  scratch.clear();
  for (size_t i = 0; i < text.size(); ++i) scratch += text[i] == '\\' ? Unescape(text, i) : text[i];
  return scratch;
}

size_t CodePoints(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

}  // namespace causeway::sandbox
