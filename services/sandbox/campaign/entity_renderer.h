// Entities as the API shows them. Pure.
#pragma once

#include <string>

#include "services/sandbox/campaign/entities.h"
#include "services/sandbox/campaign/links.h"
#include "services/sandbox/campaign/place.h"

namespace causeway::sandbox::campaign {

void AppendEntity(const Entities& entities, size_t slot, const Links& links, const Place& place, std::string& out);
// "PKey":…,"href":…
std::string ReferenceTo(const Entities& entities, size_t slot, const Place& place);

}  // namespace causeway::sandbox::campaign
