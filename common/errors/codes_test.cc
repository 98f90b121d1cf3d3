#include "common/errors/codes.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace causeway::errors {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(std::string(CAUSEWAY_SOURCE_DIR) + "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> Matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    found.insert((*match)[1].str());
  return found;
}

TEST(Codes, R3_ThePageForPeopleSaysThemAll) {
  const std::string header = Read("common/errors/codes.h"), page = Read("docs/errors.md");
  const std::set<std::string> codes = Matches(header, "\"(CW-[A-Z0-9-]+)\"");
  ASSERT_GT(codes.size(), 40u);
  EXPECT_EQ(Matches(page, "\\| `(CW-[A-Z0-9-]+)`"), codes);
}

TEST(Codes, R3_ThePageForPeopleSaysWhatToDo) {
  const std::string header = Read("common/errors/codes.h"), page = Read("docs/errors.md");
  for (const std::string& remedy : Matches(header, "Kind::k\\w+,\\s*\"([^\"]+)\"\\}")) {
    EXPECT_NE(page.find(remedy), std::string::npos) << remedy;
  }
}

}  // namespace
}  // namespace causeway::errors
