// causewayctl: Causeway's command line (C10). docs/causewayctl.md describes it.
#include <iostream>

#include "services/ctl/program.h"

int main(int argc, char** argv) { return causeway::ctl::RunProgram({argv + 1, argv + argc}, std::cout, std::cerr); }
