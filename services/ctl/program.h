// causewayctl as a function: the command line to an exit code.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace causeway::ctl {

// `arguments` without the program's name. Results go to `out`, errors to `err`.
int RunProgram(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace causeway::ctl
