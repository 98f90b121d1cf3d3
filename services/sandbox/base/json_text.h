// JSON as text. Values are kept and compared as the canonical text of one scalar ("token"): true, 12.5, "José", null.
// Strings have one spelling: only what must be escaped is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace causeway::sandbox {

void AppendJsonString(std::string_view text, std::string& out);
std::string JsonString(std::string_view text);

inline bool IsJsonString(std::string_view token) { return !token.empty() && token.front() == '"'; }
// The text of a token: a string's content, the digits of a number, true, false; empty for null and no token. Points
// into the token, or into scratch where something was escaped.
std::string_view TextOfToken(std::string_view token, std::string& scratch);

// Unicode code points of valid UTF-8.
size_t CodePoints(std::string_view text);

}  // namespace causeway::sandbox
