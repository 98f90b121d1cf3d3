// Debian's Abseil has a string_view of its own; the hot path uses the standard's, as simdjson and std::string do.
#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace causeway::mapping {

inline absl::string_view AbslView(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace causeway::mapping
