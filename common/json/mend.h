// Foreign JSON whose strings hold what no parser takes: half of a surrogate pair (a text that was cut in the middle of an
// emoji), bytes that are no UTF-8, escapes that JSON doesn't have, raw control characters. One such value would make the
// whole document unreadable, and everything else in it. Pure.
//
// For use after a parser has refused the document, so that what is usual costs nothing.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace causeway::json {

// The document with U+FFFD in place of what is no character, and raw control characters escaped; nothing outside of
// strings is changed, so a document that was cut stays one. nullopt: there is nothing to mend.
//
// What is mended names nothing any more: two ids or links that were different may have become the same.
std::optional<std::string> Mended(absl::string_view text);

// Whether a text that was read holds U+FFFD.
bool IsDamaged(absl::string_view text);

}  // namespace causeway::json
