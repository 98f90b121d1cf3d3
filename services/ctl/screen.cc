#include "services/ctl/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace causeway::ctl {
namespace {

winsize Size() {
  winsize size{};
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  return size;
}

}  // namespace

void Screen::Show(const std::vector<std::string>& lines) {
  // Up over what was shown, then clear to the end: \x1b[nA and \x1b[J of ECMA-48.
  if (shown_ > 0) out_ << "\x1b[" << shown_ << "A";
  out_ << "\r\x1b[J";
  for (const std::string& line : lines) out_ << line << "\n";
  out_.flush();
  shown_ = lines.size();
}

bool Screen::IsTerminal() { return isatty(STDOUT_FILENO) == 1; }
int Screen::Width() { return Size().ws_col > 20 ? Size().ws_col : 120; }
int Screen::Height() { return Size().ws_row > 5 ? Size().ws_row : 50; }

}  // namespace causeway::ctl
