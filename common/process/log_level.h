// LogLevel: at which level the log is written, and how that changes while the process runs: by a file, which in
// Kubernetes is a ConfigMap's, or by SIGHUP.
//
// Life: construct on the loop with what the flags say; destroy to end. Loop's thread only.
#pragma once

#include <string>

#include "common/async/loop.h"
#include "common/async/scope.h"
#include "common/async/task.h"
#include "common/process/log.h"

namespace causeway::process {

class LogLevel {
 public:
  // `file`: holds a level, read again every few seconds; while it can't be read or holds none, `usual` is. Empty: no
  // file.
  LogLevel(async::Loop& loop, log::Level usual, std::string file);

  // To debug, and back; until the file says something else.
  void SwitchDebug();

 private:
  async::Task<void> FollowFile();
  void Use(log::Level level);

  async::Loop& loop_;
  const std::string file_;
  const log::Level usual_;
  log::Level told_;  // By the flags or the file.
  async::Scope tasks_;
};

}  // namespace causeway::process
