// Metadata answers: the fields of a resource, the resources of an endpoint. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/campaign/entities.h"
#include "services/sandbox/campaign/place.h"

namespace causeway::sandbox::campaign {

// As it is seen at the endpoint.
std::string DescribeResource(const Resource& resource, std::string_view endpoint);
std::string ListResources(const std::vector<Entities>& resources, const Place& place);

}  // namespace causeway::sandbox::campaign
