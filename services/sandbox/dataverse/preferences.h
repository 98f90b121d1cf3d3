// The Prefer header: several values in one, comma-separated (spec/dynamics365.md "Requests").
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

constexpr int kMaxPageSize = 5000;

struct Preferences {
  std::optional<int> page_size;  // 1–5000, larger ones lowered.
  bool track_changes = false;
  bool return_representation = false;
  bool continue_on_error = false;
  // Of odata.include-annotations.
  bool formatted_values = false;
  bool lookup_annotations = false;

  bool annotations() const { return formatted_values || lookup_annotations; }
  // The value of Preference-Applied; empty: nothing was applied.
  std::string Applied() const;
};

std::variant<Preferences, ODataError> ReadPreferences(const http::Request& request);

}  // namespace causeway::sandbox::dataverse
