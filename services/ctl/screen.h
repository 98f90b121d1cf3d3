// Screen: text that replaces itself on a terminal.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace causeway::ctl {

class Screen {
 public:
  explicit Screen(std::ostream& out) : out_(out) {}

  // Shows these lines in place of the ones shown before. None may be wider than Width().
  void Show(const std::vector<std::string>& lines);

  // Whether standard output is a terminal.
  static bool IsTerminal();
  // Columns of the terminal; 120 when it doesn't say.
  static int Width();
  static int Height();

 private:
  std::ostream& out_;
  size_t shown_ = 0;
};

}  // namespace causeway::ctl
