// The parents that lists are asked for. Pure.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/controller/definitions.h"

namespace causeway::controller {

// Whether `parent` has the shape and is there: a list of nothing's children is NOT_FOUND, not empty. Where "-" stands
// for an id it may mean nothing at all.
absl::Status CheckParent(const Definitions& definitions, const std::string& parent, absl::string_view shape);

}  // namespace causeway::controller
