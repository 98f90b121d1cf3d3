#include "services/ingress/campaign_keys.h"

#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace causeway::ingress {
namespace {

bool IsGuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kShape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = kShape[i] == '-' ? text[i] == '-' : absl::ascii_isxdigit(static_cast<unsigned char>(text[i]));
    if (!fits) return false;
  }
  return true;
}

}  // namespace

std::string NormalKey(const std::string& key) {
  std::string_view bare = key;
  if (bare.size() > 2 && bare.front() == '{' && bare.back() == '}') bare = bare.substr(1, bare.size() - 2);
  if (!IsGuid(bare)) return key;
  std::string normal(bare);
  absl::AsciiStrToLower(&normal);
  return normal;
}

std::vector<std::string> FormsOf(const std::string& key) {
  std::vector<std::string> forms = {key};
  if (!IsGuid(key)) return forms;
  std::string capitals = key;
  absl::AsciiStrToUpper(&capitals);
  if (capitals != key) forms.push_back(std::move(capitals));
  return forms;
}

DestinationKey DestinationKey::Parse(const std::string& kept, const std::string& our_key) {
  const size_t blank = kept.find(' ');
  if (blank == std::string::npos) return {kept, our_key};
  return {kept.substr(0, blank), kept.substr(blank + 1)};
}

std::string DestinationKey::Keep(const std::string& our_key) const {
  return key == our_key ? pkey : absl::StrCat(pkey, " ", key);
}

}  // namespace causeway::ingress
