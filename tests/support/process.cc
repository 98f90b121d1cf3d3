#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/support/eventually.h"

namespace causeway::test_support {
namespace {

std::vector<std::string> Environment(const std::map<std::string, std::string>& own) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const absl::string_view line(*entry);
    if (!own.contains(std::string(line.substr(0, line.find('='))))) all.emplace_back(line);
  }
  for (const auto& [name, value] : own) all.push_back(absl::StrCat(name, "=", value));
  return all;
}

// The null-terminated array that execve wants; valid as long as `strings`.
std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Runs in the forked child, where only async-signal-safe calls are allowed. Its own process group keeps a terminal's
// Ctrl-C from reaching it before the test has seen it.
[[noreturn]] void Become(char* const* argv, char* const* env, int output, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // the parent ended before prctl took effect
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execvpe(argv[0], argv, env);
  const char* reason = strerrordesc_np(errno);
  for (const char* part : {"cannot start ", static_cast<const char*>(argv[0]), ": ", reason, "\n"}) {
    if (write(STDERR_FILENO, part, strlen(part)) < 0) break;
  }
  _exit(127);
}

int ExitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Process::Process(Options options) : options_(std::move(options)) {
  std::vector<std::string> command = {options_.program};
  command.insert(command.end(), options_.args.begin(), options_.args.end());
  std::vector<std::string> environment = Environment(options_.env);
  const std::vector<char*> argv = Pointers(command);
  const std::vector<char*> env = Pointers(environment);

  const std::string& path = options_.log_file.empty() ? std::string("/dev/null") : options_.log_file;
  const int output = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (output < 0) ABSL_RAW_LOG(FATAL, "cannot write %s: %s", path.c_str(), strerror(errno));
  log_start_ = lseek(output, 0, SEEK_END);

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) Become(argv.data(), env.data(), output, parent);
  close(output);
  if (pid_ < 0) ABSL_RAW_LOG(FATAL, "cannot fork: %s", strerror(errno));
}

Process::~Process() { Terminate(); }

bool Process::Running() { return !Wait(absl::ZeroDuration()).has_value(); }

std::optional<int> Process::Wait(absl::Duration timeout) {
  const auto ended = [this] {
    int status = 0;
    if (!exit_code_ && waitpid(pid_, &status, WNOHANG) == pid_) exit_code_ = ExitCode(status);
    return exit_code_.has_value();
  };
  Eventually(timeout, ended);
  return exit_code_;
}

int Process::Terminate() {
  Signal(SIGTERM);
  Signal(SIGCONT);  // a paused process gets SIGTERM only when it goes on
  if (!Wait(options_.grace)) Kill9();
  return *exit_code_;
}

void Process::Kill9() {
  Signal(SIGKILL);
  Wait(absl::InfiniteDuration());
}

void Process::Pause() { Signal(SIGSTOP); }

void Process::Resume() { Signal(SIGCONT); }

void Process::Signal(int signal) {
  // Until waitpid has reaped it the pid is surely ours.
  if (Running()) kill(pid_, signal);
}

std::string Process::Log() const {
  std::ifstream file(options_.log_file);
  file.seekg(log_start_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace causeway::test_support
