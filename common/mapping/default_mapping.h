// The contact → profile mapping that comes out of the box (I1).
#pragma once

#include "causeway/v1/resources.pb.h"

namespace causeway::mapping {

// source_table contact, target_resource profile, target_key externalId; name and etag unset. Field types are left to
// Campaign's metadata.
v1::TableMapping DefaultContactMapping();

}  // namespace causeway::mapping
