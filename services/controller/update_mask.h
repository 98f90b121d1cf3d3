// What an Update changes: a field mask applied to a stored message (AIP-134). Pure.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace causeway::controller {

// Sets in `stored` what the mask says of `input`: each path as a whole, "*" everything; without a mask every field that
// is set in `input`. Top-level fields in `fixed` (output only, the name) stay as they are, whatever the mask says.
// INVALID_ARGUMENT naming the paths that don't exist.
absl::Status ApplyMask(const google::protobuf::Message& input, const google::protobuf::FieldMask& mask,
                       const std::set<std::string>& fixed, google::protobuf::Message& stored);

}  // namespace causeway::controller
