// Where this build's programs and this checkout's files are.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace causeway::test_support {

// ProgramPath("causeway-ingress"): the program of this build. The test's CMakeLists.txt names it in add_dependencies,
// so that it is built before the test runs.
std::string ProgramPath(absl::string_view program);

// SourcePath("deploy/local/example.yaml"): a file of this checkout, by its path from the repository's root.
std::string SourcePath(absl::string_view path);

}  // namespace causeway::test_support
