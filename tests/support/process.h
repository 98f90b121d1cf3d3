// Process: a program that a test starts, and surely ends.
//
// Life: the constructor starts it; the destructor ends it (SIGTERM, then SIGKILL after `grace`) and waits until it is
// gone. It also dies when the thread that started it ends, so that an aborted test leaves nothing behind: start it from
// a thread that outlives it, as a test's main thread does. One thread at a time.
//
// A program that can't be started exits with 127 and says why in its log.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace causeway::test_support {

class Process {
 public:
  struct Options {
    std::string program;  // a path, or a name in PATH
    std::vector<std::string> args = {};
    std::map<std::string, std::string> env = {};  // on top of this process's own
    std::string log_file = {};                    // gets standard output and error, appended; empty: they are dropped
    absl::Duration grace = absl::Seconds(15);
  };

  explicit Process(Options options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }

  // True while it hasn't ended.
  bool Running();

  // Waits until it ends. Its exit code, 128 + the signal's number when a signal ended it; nothing when `timeout` came
  // first.
  std::optional<int> Wait(absl::Duration timeout);

  // SIGTERM, then SIGKILL when it hasn't ended within `grace`. Its exit code (137: it had to be killed).
  int Terminate();

  // SIGKILL, and waits until it is gone.
  void Kill9();

  // SIGSTOP and SIGCONT: a process that hangs, and goes on.
  void Pause();
  void Resume();

  // Does nothing once it has ended.
  void Signal(int signal);

  // What it has written to its log since it started.
  std::string Log() const;

 private:
  Options options_;
  off_t log_start_ = 0;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace causeway::test_support
