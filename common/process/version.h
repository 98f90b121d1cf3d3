// What was built.
#pragma once

#include "absl/strings/string_view.h"

namespace causeway::process {

absl::string_view Version();  // "0.1.0"
absl::string_view Commit();   // Of git, abbreviated, with "-dirty" behind it when files differ; "unknown" without git.

}  // namespace causeway::process
