#include "common/mapping/zone.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace causeway::mapping {
namespace {

constexpr std::pair<absl::string_view, absl::string_view> kWindowsZones[] = {
#include "common/mapping/windows_zones.inc"
};

}  // namespace

bool LoadZone(absl::string_view iana_name, absl::TimeZone& zone) {
  // absl::LoadTimeZone takes paths, offsets and "localtime" too, which differ from machine to machine.
  const bool plain = !iana_name.empty() && absl::ascii_isalpha(iana_name.front()) && absl::ascii_isupper(iana_name.front()) &&
                     !absl::StartsWith(iana_name, "Fixed/") && std::all_of(iana_name.begin(), iana_name.end(), [](char c) {
                       return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
                     });
  absl::TimeZone loaded;
  if (!plain || !absl::LoadTimeZone(iana_name, &loaded)) return false;
  zone = loaded;
  return true;
}

absl::string_view IanaNameOf(absl::string_view windows_name) {
  const auto* found = std::lower_bound(std::begin(kWindowsZones), std::end(kWindowsZones), windows_name,
                                       [](const auto& zone, absl::string_view name) { return zone.first < name; });
  return found != std::end(kWindowsZones) && found->first == windows_name ? found->second : "";
}

}  // namespace causeway::mapping
