// Reads the answers to metadata requests (spec/campaign.md "REST API"). Pure. nullopt: not such an answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/campaign/resources.h"

namespace causeway::campaign {

// Of resourceType/{resource}. Fields inside others get their path as name: location/city.
std::optional<std::vector<Field>> ReadFields(absl::string_view body);

// Names of the resources of an endpoint.
std::optional<std::vector<std::string>> ReadResourceNames(absl::string_view body);

}  // namespace causeway::campaign
