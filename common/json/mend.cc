#include "common/json/mend.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/utf8.h"

namespace causeway::json {
namespace {

constexpr absl::string_view kEscapedReplacement = "\\ufffd";
constexpr size_t kUnicodeEscape = 6;  // \uXXXX

// The UTF-16 unit that the \uXXXX at the beginning of `text` stands for; nullopt: there is none.
std::optional<uint32_t> UnitAt(absl::string_view text) {
  if (text.size() < kUnicodeEscape || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  const absl::string_view digits = text.substr(2, 4);
  uint32_t unit = 0;
  if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit) || !absl::SimpleHexAtoi(digits, &unit))
    return std::nullopt;
  return unit;
}

bool IsHigh(std::optional<uint32_t> unit) { return unit && *unit >= 0xd800 && *unit <= 0xdbff; }
bool IsLow(std::optional<uint32_t> unit) { return unit && *unit >= 0xdc00 && *unit <= 0xdfff; }

// A piece of a string's content: how much of the text it is, and what is to stand there.
struct Piece {
  size_t length;
  std::string instead = {};  // Empty: it stays.
};

// `text` begins with a backslash.
Piece EscapeAt(absl::string_view text) {
  if (text.size() > 1 && text[1] != 'u') {
    const bool known = absl::StrContains("\"\\/bfnrt", text.substr(1, 1));
    return known ? Piece{2} : Piece{1, std::string(kEscapedReplacement)};
  }
  const std::optional<uint32_t> unit = UnitAt(text);
  if (!unit) return {std::min<size_t>(2, text.size()), std::string(kEscapedReplacement)};
  if (IsHigh(unit) && IsLow(UnitAt(text.substr(kUnicodeEscape)))) return {2 * kUnicodeEscape};
  if (IsHigh(unit) || IsLow(unit)) return {kUnicodeEscape, std::string(kEscapedReplacement)};
  return {kUnicodeEscape};
}

// `text` isn't empty.
Piece PieceAt(absl::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first == '\\') return EscapeAt(text);
  if (first < 0x20) return {1, absl::StrCat("\\u", absl::Hex(first, absl::kZeroPad4))};
  const size_t length = errors::CharacterLength(text);
  return length == 0 ? Piece{1, std::string(errors::kReplacement)} : Piece{length};
}

}  // namespace

std::optional<std::string> Mended(absl::string_view text) {
  std::string mended;
  size_t copied = 0;
  bool in_string = false, changed = false;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') in_string = !in_string;
    if (!in_string || text[at] == '"') {
      ++at;
      continue;
    }
    const Piece piece = PieceAt(text.substr(at));
    if (!piece.instead.empty()) {
      absl::StrAppend(&mended, text.substr(copied, at - copied), piece.instead);
      copied = at + piece.length;
      changed = true;
    }
    at += piece.length;
  }
  if (!changed) return std::nullopt;
  absl::StrAppend(&mended, text.substr(copied));
  return mended;
}

bool IsDamaged(absl::string_view text) { return absl::StrContains(text, errors::kReplacement); }

}  // namespace causeway::json
