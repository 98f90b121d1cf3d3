// causewayctl: Causeway's command line (C10). docs/causewayctl.md describes it.
#include <csignal>
#include <iostream>

#include "services/ctl/program.h"

int main(int argc, char** argv) {
  // Whoever started this program may have it ignored (Python does): a pipe into head ends it silently, as people expect.
  std::signal(SIGPIPE, SIG_DFL);
  return causeway::ctl::RunProgram({argv + 1, argv + argc}, std::cout, std::cerr);
}
