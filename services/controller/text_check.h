// What text that people are shown may hold. Pure.
#pragma once

#include "absl/strings/string_view.h"

namespace causeway::controller {

// Whether the text (UTF-8) has a character that is no character to see, and could make a terminal or a reader show something else:
// controls of ASCII and of Latin-1, line and paragraph separators, those that turn the direction of writing, those that take no room.
bool HasControls(absl::string_view utf8);

}  // namespace causeway::controller
