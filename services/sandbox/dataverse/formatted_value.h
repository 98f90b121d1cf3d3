// What people see of a value: the annotation FormattedValue, in US English.
#pragma once

#include <string>
#include <string_view>

#include "services/sandbox/dataverse/schema.h"

namespace causeway::sandbox::dataverse {

// `text`: the value without quotes. Empty: values of this type carry no annotation. Not for lookups.
std::string Format(const Column& column, std::string_view text);

}  // namespace causeway::sandbox::dataverse
