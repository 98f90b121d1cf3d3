#include "common/process/termination.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <typeinfo>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/process/log.h"

namespace causeway::process {
namespace {

// What Kubernetes keeps of it.
constexpr size_t kMaxBytes = 4096;

[[noreturn]] void OnTerminate() {
  // Its type but not its text, which may hold what must not be logged.
  const std::type_info* type = abi::__cxa_current_exception_type();
  const absl::string_view name = type == nullptr ? "none" : type->name();
  ReportTermination("crashed", errors::Make(errors::kBug, absl::StrCat("An exception was not caught: ", name, ".")));
  std::abort();
}

}  // namespace

void ReportTermination(absl::string_view event, const absl::Status& why) {
  log::Error(event, why);
  const char* file = std::getenv("CAUSEWAY_TERMINATION_LOG");
  if (file == nullptr || *file == '\0') return;
  const errors::Detail detail = errors::Describe(why);
  const std::string text = absl::StrCat(detail.code, ": ", detail.message, " ", detail.remedy, "\n");
  std::ofstream(file) << text.substr(0, kMaxBytes);
}

void ReportUncaughtExceptions() { std::set_terminate(&OnTerminate); }

}  // namespace causeway::process
