// Putting text together and taking numbers from it. (Debian's Abseil has a string_view of its own, which takes no
// std::string_view.)
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace causeway::sandbox {

inline void AppendPiece(std::string& out, std::string_view piece) { out += piece; }

template <typename T>
requires(std::integral<T> || std::floating_point<T>) &&
    (!std::same_as<T, bool>)&&(!std::same_as<T, char>)void AppendPiece(std::string& out, T number) {
  char digits[64];
  out.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

// Appends texts and numbers.
template <typename... Pieces>
void Append(std::string& out, const Pieces&... pieces) {
  (AppendPiece(out, pieces), ...);
}

template <typename... Pieces>
std::string Cat(const Pieces&... pieces) {
  std::string out;
  Append(out, pieces...);
  return out;
}

// The whole text is one number.
template <typename T = int64_t>
std::optional<T> ParseNumber(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The parts between separators; at least one.
inline std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace causeway::sandbox
