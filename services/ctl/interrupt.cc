#include "services/ctl/interrupt.h"

#include <unistd.h>
#include <csignal>

namespace causeway::ctl {
namespace {

// A signal handler may only write to a pipe, and has to find it.
int signal_pipe[2];

constexpr char kSignal = 's';
constexpr char kEnd = 'e';

void Tell(char what) { [[maybe_unused]] const ssize_t written = write(signal_pipe[1], &what, 1); }
void OnSignal(int) { Tell(kSignal); }

}  // namespace

Interrupt::Interrupt(std::function<void()> on_signal) {
  if (pipe(signal_pipe) != 0) return;
  thread_ = std::thread([this, on_signal = std::move(on_signal)] { Wait(on_signal); });
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
}

Interrupt::~Interrupt() {
  if (!thread_.joinable()) return;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  Tell(kEnd);
  thread_.join();
  close(signal_pipe[0]);
  close(signal_pipe[1]);
}

void Interrupt::Wait(const std::function<void()>& on_signal) {
  char what = 0;
  if (read(signal_pipe[0], &what, 1) != 1 || what != kSignal) return;
  raised_ = true;
  on_signal();
}

}  // namespace causeway::ctl
