// Time zones by their IANA names (the system's tz database), and by those that Windows, and so Dynamics 365, calls them.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace causeway::mapping {

// False, and `zone` untouched: there is none of this name. Names only: no path, no offset, not the machine's own.
bool LoadZone(absl::string_view iana_name, absl::TimeZone& zone);

// The IANA name of a Windows time zone ("W. Europe Standard Time" → "Europe/Berlin"), that of its main territory; empty: not known.
absl::string_view IanaNameOf(absl::string_view windows_name);

}  // namespace causeway::mapping
