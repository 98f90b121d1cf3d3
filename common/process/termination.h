// The last words of a process that ends other than by a clean stop: an error in the log, and the text that Kubernetes
// shows.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace causeway::process {

// Logs `event` with the status, and writes "CODE: message remedy" to the file that CAUSEWAY_TERMINATION_LOG names, if
// any.
void ReportTermination(absl::string_view event, const absl::Status& why);

// From now on an exception that nobody catches is reported so before the process aborts.
void ReportUncaughtExceptions();

}  // namespace causeway::process
