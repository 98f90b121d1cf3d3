// Signals: the process's signals, handled by a thread of their own, so that they are obeyed even where the loop hangs.
//
// Life: construct before any other thread is started (a thread inherits what is blocked); destroy to end it. `stop` and
// `reload` are called on the signals' thread: the first SIGTERM or SIGINT, and each SIGHUP. A second SIGTERM or SIGINT,
// or the end of `stop_deadline` after the first, calls `give_up`, which must not return.
#pragma once

#include <functional>
#include <thread>

#include "absl/time/time.h"

namespace causeway::process {

class Signals {
 public:
  struct Actions {
    std::function<void()> stop;
    std::function<void()> reload;
    std::function<void(const char* why)> give_up;
  };

  Signals(Actions actions, absl::Duration stop_deadline);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void Listen();

  const Actions actions_;
  const absl::Duration stop_deadline_;
  std::thread thread_;
};

}  // namespace causeway::process
