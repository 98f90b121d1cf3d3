// Program: what every service's main does besides its service: flags, log, signals, the loop, exit code.
//
//   int main(int argc, char** argv) {
//     IngressFlags ingress;
//     process::Program program("ingress", "Carries rows of Dynamics 365 to Campaign.");
//     ingress.AddTo(program.flags());
//     return program.Run(argc, argv, [&](async::IoLoop& loop, process::Stop& stop) { return Serve(loop, stop, ingress);
//     });
//   }
//
//   async::Task<absl::Status> Serve(async::IoLoop& loop, process::Stop& stop, const IngressFlags& flags) {
//     … construct what the service is made of …
//     co_await stop.Requested();
//     … finish what is in flight …
//     co_return absl::OkStatus();
//   }
//
// Serve runs on the loop, on main's thread. SIGTERM and SIGINT request the stop; a second one, or a stop that takes
// longer than
// --stop-deadline, ends the process at once. SIGHUP switches the log between its level and debug (log_level.h). SIGPIPE is ignored.
//
// Exit codes are of exit_code.h. What ends a program other than by a clean stop, wrong flags among it, is logged as an error and, in the
// environment CAUSEWAY_TERMINATION_LOG names a file, is written there too (Kubernetes shows /dev/termination-log as the
// reason). So is a loop that hangs for 20 s (watchdog.h), which ends the process too.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/async/io_loop.h"
#include "common/async/notifier.h"
#include "common/async/task.h"
#include "common/process/exit_code.h"
#include "common/process/flags.h"

namespace causeway::process {

// Whether, and why, the service is to end. Loop's thread only, but for Request and Fail.
class Stop {
 public:
  explicit Stop(async::Loop& loop) : loop_(loop), changed_(loop) {}

  // Returns when a stop is requested, at once if it has been.
  async::Task<void> Requested();
  bool requested() const { return requested_; }

  // Any thread. Fail: the service can't go on; it stops as usual, and the program then ends with this error.
  void Request();
  void Fail(absl::Status why);

  // OK, or the first failure.
  const absl::Status& status() const { return status_; }

 private:
  async::Loop& loop_;
  async::Notifier changed_;
  bool requested_ = false;
  absl::Status status_;
};

// Why a service can't start as it is told to (port in use, file missing): CW-CONFIG with the status's message, unless it has a code already.
absl::Status Misconfigured(const absl::Status& why);

class Program {
 public:
  using Serve = std::function<async::Task<absl::Status>(async::IoLoop& loop, Stop& stop)>;

  // `service` is "ingress" of causeway-ingress.
  Program(const std::string& service, const std::string& summary);

  Flags& flags() { return flags_; }

  // Returns the exit code. Once.
  int Run(int argc, const char* const* argv, const Serve& serve);

 private:
  const std::string service_;
  Flags flags_;
  std::string log_level_ = "info";
  std::string log_level_file_;
  absl::Duration stop_deadline_ = absl::Seconds(25);
};

}  // namespace causeway::process
