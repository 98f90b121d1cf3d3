// Entities as the API shows them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "services/sandbox/campaign/entities.h"

namespace causeway::sandbox::campaign {

// `collection`: URL of the resource, before /{PKey}.
void AppendEntity(const Entities& entities, size_t slot, std::string_view collection, std::string& out);
// {"PKey":…,"href":…}
std::string ReferenceTo(const Entities& entities, size_t slot, std::string_view collection);

}  // namespace causeway::sandbox::campaign
