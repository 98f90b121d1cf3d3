// The exit codes of services. Never changed: scripts and unit files depend on them.
#pragma once

namespace causeway::process {

enum ExitCode {
  kStopped = 0,     // It was told to stop, and everything in flight was finished.
  kFatal = 1,       // It can't go on; the last log line says why.
  kUsageError = 2,  // A flag is wrong; nothing was started.
};

}  // namespace causeway::process
