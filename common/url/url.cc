#include "common/url/url.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace causeway::url {
namespace {

constexpr char kHexDigits[] = "0123456789ABCDEF";

bool Unreserved(unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

// What every reader of a URL understands alike.
bool PlainUrlCharacter(unsigned char c) { return c > 0x20 && c < 0x7f && c != '\\'; }

bool PlainHostCharacter(unsigned char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == ':' || c == '[' || c == ']';
}

std::string EscapeAllBut(absl::string_view text, char kept) {
  std::string escaped;
  escaped.reserve(text.size() + 8);
  for (unsigned char c : text) {
    if (Unreserved(c) || c == static_cast<unsigned char>(kept)) {
      escaped.push_back(static_cast<char>(c));
    } else {
      escaped.append({'%', kHexDigits[c >> 4], kHexDigits[c & 15]});
    }
  }
  return escaped;
}

}  // namespace

std::string Escape(absl::string_view text) { return EscapeAllBut(text, '-'); }
std::string EscapeSegment(absl::string_view text) { return EscapeAllBut(text, '@'); }

std::string EncodePairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string encoded;
  for (const auto& [name, value] : pairs)
    absl::StrAppend(&encoded, encoded.empty() ? "" : "&", Escape(name), "=", Escape(value));
  return encoded;
}

absl::StatusOr<std::string> OriginOf(absl::string_view url) {
  if (!std::all_of(url.begin(), url.end(), PlainUrlCharacter))
    return absl::InvalidArgumentError("the URL holds characters that don't belong in one");
  const size_t colon = url.find("://");
  if (colon == absl::string_view::npos) return absl::InvalidArgumentError("the URL is not absolute");
  const std::string scheme = absl::AsciiStrToLower(url.substr(0, colon));
  if (scheme != "http" && scheme != "https") return absl::InvalidArgumentError("the URL is neither http nor https");
  url.remove_prefix(colon + 3);
  std::string authority = absl::AsciiStrToLower(url.substr(0, url.find_first_of("/?#")));
  if (!std::all_of(authority.begin(), authority.end(), PlainHostCharacter))
    return absl::InvalidArgumentError("the URL's host is not a plain host name");

  absl::string_view host = authority, port;
  const size_t after_brackets = host.rfind(']') == absl::string_view::npos ? 0 : host.rfind(']');
  if (const size_t at = host.find(':', after_brackets); at != absl::string_view::npos) {
    port = host.substr(at + 1);
    host = host.substr(0, at);
    int number = 0;
    if (!absl::SimpleAtoi(port, &number) || number < 1 || number > 65535)
      return absl::InvalidArgumentError("the URL's port is no port");
  }
  if (host.empty()) return absl::InvalidArgumentError("the URL names no host");
  if (port.empty() || port == (scheme == "http" ? "80" : "443")) return absl::StrCat(scheme, "://", host);
  return absl::StrCat(scheme, "://", host, ":", port);
}

bool SameOrigin(absl::string_view a, absl::string_view b) {
  const absl::StatusOr<std::string> origin_a = OriginOf(a), origin_b = OriginOf(b);
  return origin_a.ok() && origin_b.ok() && *origin_a == *origin_b;
}

std::string Normalized(absl::string_view base) {
  const absl::StatusOr<std::string> origin = OriginOf(base);
  if (!origin.ok()) return std::string(base);
  const size_t path = base.find('/', base.find("://") + 3);
  return WithoutTrailingSlash(absl::StrCat(*origin, path == absl::string_view::npos ? "" : base.substr(path)));
}

std::string WithoutTrailingSlash(absl::string_view base) {
  while (absl::ConsumeSuffix(&base, "/")) {
  }
  return std::string(base);
}

}  // namespace causeway::url
