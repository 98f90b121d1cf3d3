// What is known of Campaign's own profile fields beyond its metadata (spec/campaign.md "Profile fields used out of the box").
#pragma once

#include "absl/strings/string_view.h"

namespace causeway::mapping {

// In characters; 0: not known.
int ProfileFieldLength(absl::string_view field);

// Whether Campaign makes the value itself and refuses to be given one.
bool IsComputedProfileField(absl::string_view field);

// What its enumeration holds where there is nothing; empty: null clears the field.
absl::string_view NothingOfProfileField(absl::string_view field);

}  // namespace causeway::mapping
