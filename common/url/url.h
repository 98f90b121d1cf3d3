// The few things that the clients need of URLs (RFC 3986): making them, and telling whether one that the other side
// sent leads where we may go. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace causeway::url {

// Everything but unreserved characters as %XX: for a value in a query, or a segment of a path.
std::string Escape(absl::string_view text);
// For a segment of a path: leaves @ as it is too, as Campaign writes its keys.
std::string EscapeSegment(absl::string_view text);

// a=b&c=d, both sides escaped: the body of application/x-www-form-urlencoded, or a query.
std::string EncodePairs(const std::vector<std::pair<std::string, std::string>>& pairs);

// Scheme, host and port of an absolute http(s) URL, in one spelling: "https://contoso.example:8443"; the scheme's own
// port is left out, letters of scheme and host are lower case. INVALID_ARGUMENT for anything that two readers could
// understand differently (user info, backslashes, spaces, control or non-ASCII characters), so that a URL that passes
// leads to the host that was compared.
absl::StatusOr<std::string> OriginOf(absl::string_view url);

// Whether both are valid and have one origin.
bool SameOrigin(absl::string_view a, absl::string_view b);

// A base in one spelling: its origin as above, its path as it is, without trailing slashes. What has no origin stays as it is.
std::string Normalized(absl::string_view base);

// "https://contoso.example" of "https://contoso.example/": a base that paths are put behind.
std::string WithoutTrailingSlash(absl::string_view base);

}  // namespace causeway::url
