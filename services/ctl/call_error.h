// A failed call as people read it: what happened, each violation by its field, the code, what to do.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace causeway::ctl {

// `address` is the one that was called.
absl::Status CallError(const grpc::Status& status, const std::string& address);

}  // namespace causeway::ctl
