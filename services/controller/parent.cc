#include "services/controller/parent.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/controller/api_error.h"
#include "services/controller/names.h"

namespace causeway::controller {

absl::Status CheckParent(const Definitions& definitions, const std::string& parent, absl::string_view shape) {
  if (auto status = CheckShape("parent", parent, shape); !status.ok()) return status;
  const std::vector<absl::string_view> parts = absl::StrSplit(parent, '/');
  const bool any = std::find(parts.begin(), parts.end(), "-") != parts.end();
  if (any || !definitions.Names(parent).empty()) return absl::OkStatus();
  return NotFoundError(parent, definitions.Names(absl::StrReplaceAll(shape, {{"*", "-"}})));
}

}  // namespace causeway::controller
