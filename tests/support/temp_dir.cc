#include "tests/support/temp_dir.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/str_cat.h"

namespace causeway::test_support {

TempDir::TempDir() : path_((std::filesystem::temp_directory_path() / "causeway-test-XXXXXX").string()) {
  if (mkdtemp(path_.data()) == nullptr) {
    ABSL_RAW_LOG(FATAL, "no temporary folder can be made like %s", path_.c_str());
  }
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }

}  // namespace causeway::test_support
