#include "common/errors/excerpt.h"

#include <algorithm>

namespace causeway::errors {
namespace {

bool Continues(unsigned char c) { return (c & 0xc0) == 0x80; }

// Bytes of the well-formed UTF-8 character at the beginning of `text` (RFC 3629); 0 when there is none.
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

}  // namespace

std::string Excerpt(absl::string_view answer, size_t max) {
  std::string excerpt;
  while (!answer.empty()) {
    const size_t length = CharacterLength(answer);
    if (excerpt.size() + std::max<size_t>(length, 1) > max) break;
    const bool control = static_cast<unsigned char>(answer[0]) < 0x20 || answer[0] == 0x7f;
    if (length == 0 || control) {
      excerpt.push_back(control ? ' ' : '?');
      answer.remove_prefix(1);
    } else {
      excerpt.append(answer.data(), length);
      answer.remove_prefix(length);
    }
  }
  return excerpt;
}

}  // namespace causeway::errors
