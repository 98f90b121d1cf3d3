// The codes of countries and states that Campaign knows: what location/countryCode and location/stateCode link to.
#pragma once

#include <string_view>

namespace causeway::sandbox::campaign {

bool IsCountryCode(std::string_view text);  // ISO 3166-1 alpha-2, in upper case.
// Of the United States, Canada, Australia and Germany.
bool IsStateCode(std::string_view text);

}  // namespace causeway::sandbox::campaign
