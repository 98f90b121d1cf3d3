// Interrupt: while it lives, Ctrl-C (SIGINT) and SIGTERM call a function instead of ending the process. One at a time.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace causeway::ctl {

class Interrupt {
 public:
  // `on_signal` is called once, on a thread of its own.
  explicit Interrupt(std::function<void()> on_signal);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool raised() const { return raised_; }

 private:
  void Wait(const std::function<void()>& on_signal);

  std::atomic<bool> raised_ = false;
  std::thread thread_;
};

}  // namespace causeway::ctl
