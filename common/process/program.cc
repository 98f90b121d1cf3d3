#include "common/process/program.h"

#include <unistd.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/scope.h"
#include "common/errors/error.h"
#include "common/process/log.h"
#include "common/process/log_level.h"
#include "common/process/signals.h"
#include "common/process/termination.h"
#include "common/process/version.h"
#include "common/process/watchdog.h"

namespace causeway::process {
namespace {

// Nothing that runs on a loop takes so long; leases lapse sooner.
constexpr absl::Duration kLoopHangs = absl::Seconds(20);

// Ends the loop when the service has ended.
async::Task<void> ServeUntilStopped(async::IoLoop& loop, Stop& stop, const Program::Serve& serve,
                                    std::optional<absl::Status>& outcome) {
  outcome = co_await serve(loop, stop);
  loop.Stop();
}

}  // namespace

absl::Status Misconfigured(const absl::Status& why) {
  return errors::HasDetail(why) ? why : errors::Make(errors::kConfiguration, absl::StrCat(why.message(), "."));
}

async::Task<void> Stop::Requested() {
  while (!requested_) co_await changed_.Wait();
}

void Stop::Request() {
  loop_.Post([this] {
    requested_ = true;
    changed_.Notify();
  });
}

void Stop::Fail(absl::Status why) {
  loop_.Post([this, why = std::move(why)] {
    if (status_.ok()) status_ = why;
    requested_ = true;
    changed_.Notify();
  });
}

Program::Program(const std::string& service, const std::string& summary)
    : service_(service), flags_(absl::StrCat("causeway-", service), summary) {
  flags_.Add("log-level", &log_level_, "debug, info, warning or error; SIGHUP switches to debug and back");
  flags_.Add("log-level-file", &log_level_file_, "file that holds the level, followed while the process runs; wins over --log-level");
  flags_.Add("stop-deadline", &stop_deadline_, "how long a stop may take before the process is ended");
}

int Program::Run(int argc, const char* const* argv, const Serve& serve) {
  log::SetService(service_);
  const auto refuse = [](absl::string_view mistake) {
    ReportTermination("usage", errors::Make(errors::kConfiguration, absl::StrCat(mistake, ".")));
    return kUsageError;
  };
  if (const auto exit_code = flags_.Parse(argc, argv)) {
    return flags_.mistake().empty() ? *exit_code : refuse(flags_.mistake());
  }
  log::Level level = log::Level::kInfo;
  if (!log::ParseLevel(log_level_, &level)) {
    return refuse(absl::StrCat("--log-level is debug, info, warning or error, not \"", log_level_, "\""));
  }
  ReportUncaughtExceptions();

  async::IoLoop loop;
  LogLevel log_level(loop, level, log_level_file_);
  Stop stop(loop);
  const auto give_up = [](const char* why) {
    ReportTermination("stop_given_up", errors::Make(errors::kBug, absl::StrCat("The process was ended: ", why, ".")));
    _exit(kFatal);
  };
  const Signals signals({[&stop] {
                           log::Info("stopping");
                           stop.Request();
                         },
                         [&loop, &log_level] { loop.Post([&log_level] { log_level.SwitchDebug(); }); }, give_up},
                        stop_deadline_);
  log::Info("starting", {{"version", Version()}, {"commit", Commit()}});

  std::optional<absl::Status> outcome;
  {
    const Watchdog watchdog(loop, kLoopHangs, [] {
      ReportTermination("loop_hangs", errors::Make(errors::kBug, "The process was ended: its loop doesn't turn."));
      _exit(kFatal);
    });
    async::Scope scope(loop);
    scope.Spawn(ServeUntilStopped(loop, stop, serve, outcome));
    loop.Run();
  }
  const absl::Status ended = !outcome->ok() ? *outcome : stop.status();
  if (!ended.ok()) {
    ReportTermination("fatal", ended);
    return kFatal;
  }
  log::Info("stopped");
  return kStopped;
}

}  // namespace causeway::process
