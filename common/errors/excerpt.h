// Foreign text, fit to be shown to a person, to stand in a log line or a label, and to travel in a protobuf string:
// valid UTF-8; a tab or line break is a space, and whatever else steers a terminal, breaks a line or turns the direction
// of writing is U+FFFD, as a byte that is no character is.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace causeway::errors {

inline constexpr size_t kExcerptBytes = 512;

// The beginning of a foreign answer, at most `max` bytes. It may hold personal data, so it is never logged.
std::string Excerpt(absl::string_view answer, size_t max = kExcerptBytes);

// All of it.
std::string Harmless(absl::string_view text);

}  // namespace causeway::errors
