#include "common/mapping/profile_fields.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

namespace causeway::mapping {
namespace {

constexpr std::pair<absl::string_view, int> kLengths[] = {
    {"externalId", 100}, {"firstName", 30}, {"lastName", 50},  {"email", 128}, {"mobilePhone", 32},
    {"phone", 32},       {"fax", 32},       {"salutation", 20},
};

constexpr absl::string_view kComputed[] = {"PKey", "href", "title", "postalAddress", "created", "lastModified"};

// None of these can be set: when an opt-out changed (blackListEmailLastModified …).
bool IsChangeTime(absl::string_view field) {
  return absl::EndsWith(field, "LastModified") &&
         (absl::StartsWith(field, "blackList") || absl::StartsWith(field, "denyList") || absl::StartsWith(field, "ccpaOptOut"));
}

}  // namespace

int ProfileFieldLength(absl::string_view field) {
  for (const auto& [name, length] : kLengths) {
    if (name == field) return length;
  }
  return 0;
}

bool IsComputedProfileField(absl::string_view field) {
  return IsChangeTime(field) || std::find(std::begin(kComputed), std::end(kComputed), field) != std::end(kComputed);
}

absl::string_view NothingOfProfileField(absl::string_view field) {
  return field == "preferredLanguage" || field == "timeZone" ? "none" : "";
}

}  // namespace causeway::mapping
