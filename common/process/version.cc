#include "common/process/version.h"

#include "commit.h"

namespace causeway::process {

absl::string_view Version() { return CAUSEWAY_VERSION; }
absl::string_view Commit() { return CAUSEWAY_COMMIT; }

}  // namespace causeway::process
