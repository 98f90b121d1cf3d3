#include "tests/support/paths.h"

#include "absl/strings/str_cat.h"

namespace causeway::test_support {

std::string ProgramPath(absl::string_view program) { return absl::StrCat(CAUSEWAY_BIN_DIR, "/", program); }

std::string SourcePath(absl::string_view path) { return absl::StrCat(CAUSEWAY_SOURCE_DIR, "/", path); }

}  // namespace causeway::test_support
