#include "tests/simulation/model/url.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"

namespace causeway::simulation {
namespace {

std::string Decode(absl::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace

Url ParseUrl(absl::string_view url) {
  if (const size_t origin = url.find("://"); origin != absl::string_view::npos)
    url.remove_prefix(url.find('/', origin + 3));
  const std::pair<absl::string_view, absl::string_view> halves = absl::StrSplit(url, absl::MaxSplits('?', 1));
  Url parsed{Decode(halves.first), {}};
  for (absl::string_view pair : absl::StrSplit(halves.second, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> sides = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    parsed.query.emplace(Decode(sides.first), Decode(sides.second));
  }
  return parsed;
}

}  // namespace causeway::simulation
