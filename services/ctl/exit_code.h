// How causewayctl ends. The numbers are a promise to scripts (docs/causewayctl.md).
#pragma once

#include <string>

#include "absl/status/status.h"

namespace causeway::ctl {

enum class ExitCode {
  kOk = 0,
  kServer = 1,        // The controller refused, or failed.
  kUsage = 2,         // The command line or a file is wrong; nothing was sent.
  kNotFound = 3,      // No such resource.
  kPrecondition = 4,  // Not in this state, or somebody else changed it, or it exists already.
  kUnreachable = 5,   // No controller at the address.
  kTimedOut = 6,      // --wait and --timeout.
  kDifferences = 7,   // definitions diff found some.
};

// A status that ends the program with this code; `message` is what people read.
absl::Status Fail(ExitCode code, const std::string& message);
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace causeway::ctl
