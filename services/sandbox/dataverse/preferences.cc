#include "services/sandbox/dataverse/preferences.h"

#include <algorithm>
#include <vector>

#include "services/sandbox/base/text.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr std::string_view kFormattedValue = "OData.Community.Display.V1.FormattedValue";
constexpr std::string_view kLookupAnnotations = "Microsoft.Dynamics.CRM.";

// Splits at commas outside of quotes.
std::vector<std::string_view> SplitPreferences(std::string_view text) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && (text[i] != ',' || quoted)) continue;
    const std::string_view part = http::Trim(text.substr(begin, i - begin));
    if (!part.empty()) parts.push_back(part);
    begin = i + 1;
  }
  return parts;
}

std::string_view Unquoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

// Patterns: a full name, a name that ends with *, or * for all.
bool Includes(std::string_view pattern, std::string_view name) {
  if (pattern.ends_with('*')) {
    pattern.remove_suffix(1);
    return name.starts_with(pattern) || pattern.starts_with(name);
  }
  return pattern.starts_with(name);
}

void ReadAnnotations(std::string_view list, Preferences& preferences) {
  for (std::string_view pattern : SplitPreferences(Unquoted(list))) {
    preferences.formatted_values |= Includes(pattern, kFormattedValue);
    preferences.lookup_annotations |= Includes(pattern, kLookupAnnotations);
  }
}

}  // namespace

std::string Preferences::Applied() const {
  std::string applied;
  if (page_size) Append(applied, ",odata.maxpagesize=", *page_size);
  if (track_changes) applied += ",odata.track-changes";
  if (annotations()) applied += ",odata.include-annotations";
  if (return_representation) applied += ",return=representation";
  return applied.empty() ? applied : applied.substr(1);
}

std::variant<Preferences, ODataError> ReadPreferences(const http::Request& request) {
  Preferences preferences;
  const std::string header = request.Headers("Prefer");
  for (std::string_view preference : SplitPreferences(header)) {
    const size_t equals = preference.find('=');
    const std::string_view name = http::Trim(preference.substr(0, equals));
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : http::Trim(preference.substr(equals + 1));
    if (name == "odata.maxpagesize" || name == "maxpagesize") {
      const std::optional<int> size = ParseNumber<int>(value);
      if (!size || *size < 1)
        return BadRequest(Cat("Invalid value '", value, "' for the preference odata.maxpagesize."));
      preferences.page_size = std::min(*size, kMaxPageSize);
    } else if (name == "odata.track-changes" || name == "track-changes") {
      preferences.track_changes = true;
    } else if (name == "odata.include-annotations") {
      ReadAnnotations(value, preferences);
    } else if (name == "return") {
      preferences.return_representation = value == "representation";
    } else if (name == "odata.continue-on-error") {
      preferences.continue_on_error = value.empty() || value == "true";
    }
  }
  return preferences;
}

}  // namespace causeway::sandbox::dataverse
