// The beginning of a foreign answer, fit to be shown to a person and to travel in a protobuf string: at most `max`
// bytes, valid UTF-8, control characters replaced. It may hold personal data, so it is never logged.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace causeway::errors {

inline constexpr size_t kExcerptBytes = 512;

std::string Excerpt(absl::string_view answer, size_t max = kExcerptBytes);

}  // namespace causeway::errors
