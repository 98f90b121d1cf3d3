// Paths and queries of URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace causeway::sandbox::http {

// %XX decoded, and + where it stands for a blank (queries and forms). nullopt: a broken escape.
std::optional<std::string> Unescape(std::string_view text, bool plus_is_blank);
// Everything but unreserved characters as %XX.
std::string Escape(std::string_view text);

using Pairs = std::vector<std::pair<std::string, std::string>>;

// a=1&b=2, decoded; a name without = has an empty value. nullopt: a broken escape.
std::optional<Pairs> ParsePairs(std::string_view text);
// The first of this name; null: there is none.
const std::string* Find(const Pairs& pairs, std::string_view name);

// The path's segments, decoded; leading, trailing and doubled slashes make none. nullopt: a broken escape.
std::optional<std::vector<std::string>> Segments(std::string_view path);

}  // namespace causeway::sandbox::http
