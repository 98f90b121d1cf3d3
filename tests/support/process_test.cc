#include "tests/support/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

namespace causeway::test_support {
namespace {

constexpr absl::Duration kSoon = absl::Seconds(20);

class ProcessTest : public testing::Test {
 protected:
  Process::Options Shell(std::string script) {
    return {.program = "sh", .args = {"-c", std::move(script)}, .log_file = dir_.File("log")};
  }

  bool Says(const Process& process, absl::string_view text) {
    return Eventually(kSoon, [&] { return absl::StrContains(process.Log(), text); });
  }

  TempDir dir_;
};

// As ps shows it: S sleeping, T stopped, Z ended but not waited for; 0 when there is no such process.
char State(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name;
  char state = 0;
  file >> number >> name >> state;
  return state;
}

bool Gone(pid_t pid) { return State(pid) == 0 || State(pid) == 'Z'; }

TEST_F(ProcessTest, GivesItsExitCode) {
  Process process(Shell("exit 7"));
  EXPECT_EQ(process.Wait(kSoon), 7);
  EXPECT_FALSE(process.Running());
}

TEST_F(ProcessTest, GetsArgumentsAndEnvironment) {
  Process::Options options = Shell("echo \"$0 $GREETING $HOME\"");
  options.args.push_back("first");
  options.env["GREETING"] = "hello";
  Process process(options);
  EXPECT_EQ(process.Wait(kSoon), 0);
  EXPECT_EQ(process.Log(), std::string("first hello ") + getenv("HOME") + "\n");
}

TEST_F(ProcessTest, ShowsOnlyItsOwnPartOfASharedLog) {
  { EXPECT_EQ(Process(Shell("echo before")).Wait(kSoon), 0); }
  Process process(Shell("echo after"));
  EXPECT_EQ(process.Wait(kSoon), 0);
  EXPECT_EQ(process.Log(), "after\n");
}

TEST_F(ProcessTest, SaysWhyAProgramCannotBeStarted) {
  Process process({.program = dir_.File("absent"), .log_file = dir_.File("log")});
  EXPECT_EQ(process.Wait(kSoon), 127);
  EXPECT_TRUE(absl::StrContains(process.Log(), "absent: No such file")) << process.Log();
}

TEST_F(ProcessTest, TerminateLetsItFinish) {
  Process process(Shell("trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done"));
  ASSERT_TRUE(Says(process, "ready"));
  EXPECT_EQ(process.Terminate(), 3);
}

TEST_F(ProcessTest, TerminateKillsWhatDoesNotEnd) {
  Process::Options options = Shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
  options.grace = absl::Milliseconds(50);
  Process process(options);
  ASSERT_TRUE(Says(process, "ready"));
  EXPECT_EQ(process.Terminate(), 128 + SIGKILL);
}

TEST_F(ProcessTest, IsGoneAfterItsScope) {
  pid_t pid = -1;
  {
    Process process(Shell("exec sleep 1000"));
    pid = process.pid();
    EXPECT_FALSE(Gone(pid));
  }
  EXPECT_EQ(State(pid), 0);
}

TEST_F(ProcessTest, Kill9EndsEvenAPausedOne) {
  Process process(Shell("exec sleep 1000"));
  process.Pause();
  process.Kill9();
  EXPECT_EQ(process.Wait(absl::ZeroDuration()), 128 + SIGKILL);
}

TEST_F(ProcessTest, PauseStopsItAndResumeLetsItGoOn) {
  Process process(Shell("while :; do echo tick; sleep 0.01; done"));
  ASSERT_TRUE(Says(process, "tick"));
  process.Pause();
  EXPECT_TRUE(Eventually(kSoon, [&] { return State(process.pid()) == 'T'; }));
  const std::string before = process.Log();
  process.Resume();
  EXPECT_TRUE(Eventually(kSoon, [&] { return process.Log().size() > before.size(); }));
}

TEST_F(ProcessTest, DiesWithTheProcessThatStartedIt) {
  const std::string pid_file = dir_.File("pid");
  const pid_t starter = fork();
  if (starter == 0) {
    Process process(Shell("echo $$ > " + pid_file + "; exec sleep 1000"));
    pause();
    _exit(0);
  }
  pid_t started = -1;
  ASSERT_TRUE(Eventually(kSoon, [&] {
    std::string line;
    std::getline(std::ifstream(pid_file), line);
    return absl::SimpleAtoi(line, &started);
  }));
  kill(starter, SIGKILL);
  waitpid(starter, nullptr, 0);
  EXPECT_TRUE(Eventually(kSoon, [&] { return Gone(started); }));
}

}  // namespace
}  // namespace causeway::test_support
