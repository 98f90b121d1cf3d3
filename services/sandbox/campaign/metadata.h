// Metadata answers: the fields of a resource, the resources of an endpoint. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/campaign/entities.h"

namespace causeway::sandbox::campaign {

std::string DescribeResource(const Resource& resource);
// `base`: URL of the endpoint.
std::string ListResources(const std::vector<Entities>& resources, std::string_view endpoint, std::string_view base);

}  // namespace causeway::sandbox::campaign
