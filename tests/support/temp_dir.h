// TempDir: a folder of its own for a test, removed with all it holds when it goes out of scope.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace causeway::test_support {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

  // The path of `name` inside it.
  std::string File(absl::string_view name) const;

 private:
  std::string path_;
};

}  // namespace causeway::test_support
