// Characters of UTF-8 (RFC 3629), for whoever handles text that others made. Pure.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace causeway::errors {

// U+FFFD, which stands for what can't be shown or was no character.
inline constexpr absl::string_view kReplacement = "\xef\xbf\xbd";

// Bytes of the well-formed character at the beginning of `text`, which isn't empty; 0 when there is none.
size_t CharacterLength(absl::string_view text);

// Whether the well-formed character that `character` is can be shown among other text: no control character (C0, C1,
// DEL), no line or paragraph separator, none that changes the direction of what follows.
bool IsHarmless(absl::string_view character);

}  // namespace causeway::errors
