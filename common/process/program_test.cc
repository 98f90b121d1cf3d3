#include "common/process/program.h"

#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "common/async/sleep.h"
#include "common/errors/error.h"
#include "common/process/log.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::process {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

int RunProgram(const Program::Serve& serve, std::vector<const char*> arguments = {}) {
  arguments.insert(arguments.begin(), "causeway-test");
  return Program("test", "Tests programs.").Run(static_cast<int>(arguments.size()), arguments.data(), serve);
}

async::Task<absl::Status> EndAtOnce(async::IoLoop&, Stop&) { co_return absl::OkStatus(); }

async::Task<absl::Status> StopOnSignal(int signal, Stop& stop, bool& finished) {
  kill(getpid(), signal);
  co_await stop.Requested();
  finished = true;
  co_return absl::OkStatus();
}

TEST(Program, EndsWhenTheServiceEnds) { EXPECT_EQ(RunProgram(EndAtOnce), kStopped); }

TEST(Program, K3_StopsGracefullyOnASignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    bool finished = false;
    const auto serve = [&](async::IoLoop&, Stop& stop) { return StopOnSignal(signal, stop, finished); };
    EXPECT_EQ(RunProgram(serve), kStopped);
    EXPECT_TRUE(finished);
  }
}

async::Task<absl::Status> FailToStart(async::IoLoop&, Stop&) {
  co_return errors::Make(errors::kBrokerAway, "The broker is away.", "kafka");
}

async::Task<absl::Status> FailLater(async::IoLoop&, Stop& stop) {
  stop.Fail(errors::Make(errors::kBrokerAway, "The broker is away.", "kafka"));
  stop.Fail(absl::InternalError("what follows from it"));
  co_await stop.Requested();
  co_return absl::OkStatus();
}

// Where Kubernetes looks for a process's last words.
class TerminationLog {
 public:
  TerminationLog() { setenv("CAUSEWAY_TERMINATION_LOG", file_.c_str(), 1); }
  ~TerminationLog() { unsetenv("CAUSEWAY_TERMINATION_LOG"); }

  std::string Take() const {
    std::ifstream written(file_);
    const std::string text(std::istreambuf_iterator<char>(written), {});
    unlink(file_.c_str());
    return text;
  }

 private:
  const std::string file_ = testing::TempDir() + "/termination-log-" + std::to_string(getpid());
};

TEST(Program, K3_SaysWhyItEnded) {
  const TerminationLog last_words;
  for (const auto& serve : {FailToStart, FailLater}) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunProgram(serve), kFatal);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), AllOf(HasSubstr("\"fatal\""), HasSubstr("CW-LOG-UNREACHABLE")));
    EXPECT_THAT(last_words.Take(), HasSubstr("CW-LOG-UNREACHABLE: The broker is away. "));
  }
}

TEST(Program, K3_SaysWhichFlagIsWrong) {
  const TerminationLog last_words;
  const std::vector<std::pair<std::vector<const char*>, const char*>> mistakes{
      {{"--nonsense"}, "--nonsense"}, {{"--log-level", "loud"}, "\"loud\""}, {{"--stop-deadline", "soon"}, "\"soon\""}};
  for (const auto& [arguments, named] : mistakes) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunProgram(EndAtOnce, arguments), kUsageError);
    testing::internal::GetCapturedStderr();
    EXPECT_THAT(last_words.Take(), AllOf(HasSubstr("CW-CONFIG: "), HasSubstr(named)));
  }
}

TEST(Misconfigured, K3_GivesACodeToWhatHasNone) {
  EXPECT_TRUE(errors::Is(Misconfigured(absl::UnavailableError("port in use")), errors::kConfiguration));
  EXPECT_TRUE(errors::Is(Misconfigured(errors::Make(errors::kSecretKeyFile, "not there")), errors::kSecretKeyFile));
}

async::Task<absl::Status> SwitchLevelTwice(async::IoLoop& loop, Stop&) {
  for (const log::Level expected : {log::Level::kDebug, log::Level::kWarning}) {
    kill(getpid(), SIGHUP);
    const async::Instant deadline = loop.Now() + absl::Seconds(10);
    while (log::GetLevel() != expected && loop.Now() < deadline) co_await async::SleepFor(loop, absl::Milliseconds(1));
    EXPECT_EQ(log::GetLevel(), expected);
  }
  co_return absl::OkStatus();
}

TEST(Program, SwitchesToDebugAndBackOnSighup) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(RunProgram(SwitchLevelTwice, {"--log-level", "warning"}), kStopped);
  testing::internal::GetCapturedStderr();
  log::SetLevel(log::Level::kInfo);
}

// Hangs as a loop can: nothing that waits for it will ever run.
async::Task<absl::Status> Hang(int signals, async::IoLoop&, Stop&) {
  for (int i = 0; i < signals; ++i) {
    kill(getpid(), SIGTERM);
    usleep(50'000);  // Two pending signals of a kind would be one.
  }
  for (;;) pause();
  co_return absl::OkStatus();
}

TEST(ProgramDeathTest, EndsAtOnceOnASecondSignal) {
  const auto serve = [](async::IoLoop& loop, Stop& stop) { return Hang(2, loop, stop); };
  EXPECT_EXIT(RunProgram(serve), testing::ExitedWithCode(kFatal), "told twice to stop");
}

TEST(ProgramDeathTest, EndsWhenStoppingTakesTooLong) {
  const auto serve = [](async::IoLoop& loop, Stop& stop) { return Hang(1, loop, stop); };
  EXPECT_EXIT(RunProgram(serve, {"--stop-deadline", "100ms"}), testing::ExitedWithCode(kFatal),
              "stopping took too long");
}

async::Task<absl::Status> Throw(async::IoLoop&, Stop&) {
  throw std::runtime_error("alice@example.com");
  co_return absl::OkStatus();
}

TEST(ProgramDeathTest, ReportsAnExceptionThatNobodyCaught) {
  EXPECT_EXIT(RunProgram(Throw), testing::KilledBySignal(SIGABRT), "crashed.*CW-BUG.*runtime_error");
}

}  // namespace
}  // namespace causeway::process
