#include "common/errors/excerpt.h"

#include <limits>

#include "common/errors/utf8.h"

namespace causeway::errors {

std::string Excerpt(absl::string_view answer, size_t max) {
  std::string excerpt;
  while (!answer.empty()) {
    const size_t length = CharacterLength(answer);
    absl::string_view shown = answer.substr(0, length);
    if (shown == "\t" || shown == "\n" || shown == "\r") {
      shown = " ";
    } else if (length == 0 || !IsHarmless(shown)) {
      shown = kReplacement;
    }
    if (excerpt.size() + shown.size() > max) break;
    excerpt.append(shown.data(), shown.size());
    answer.remove_prefix(length == 0 ? 1 : length);
  }
  return excerpt;
}

std::string Harmless(absl::string_view text) { return Excerpt(text, std::numeric_limits<size_t>::max()); }

}  // namespace causeway::errors
