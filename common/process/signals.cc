#include "common/process/signals.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/time/clock.h"

namespace causeway::process {
namespace {

// Sent by ~Signals to its own thread.
constexpr int kEnd = SIGUSR1;

sigset_t Handled() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, kEnd}) sigaddset(&set, signal);
  return set;
}

// The next of them; 0 when `deadline` came first.
int NextSignal(absl::Time deadline) {
  const sigset_t set = Handled();
  for (;;) {
    const timespec wait =
        absl::ToTimespec(std::max(absl::ZeroDuration(), std::min(deadline - absl::Now(), absl::Hours(1))));
    const int signal = sigtimedwait(&set, nullptr, &wait);
    if (signal > 0) return signal;
    if (errno == EAGAIN && absl::Now() >= deadline) return 0;
  }
}

}  // namespace

Signals::Signals(Actions actions, absl::Duration stop_deadline)
    : actions_(std::move(actions)), stop_deadline_(stop_deadline) {
  const sigset_t set = Handled();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  thread_ = std::thread([this] { Listen(); });
}

Signals::~Signals() {
  pthread_kill(thread_.native_handle(), kEnd);
  thread_.join();
}

void Signals::Listen() {
  absl::Time deadline = absl::InfiniteFuture();
  for (;;) {
    switch (NextSignal(deadline)) {
      case kEnd:
        return;
      case SIGHUP:
        actions_.reload();
        break;
      case 0:
        return actions_.give_up("stopping took too long");
      default:
        if (deadline != absl::InfiniteFuture()) return actions_.give_up("told twice to stop");
        deadline = absl::Now() + stop_deadline_;
        actions_.stop();
    }
  }
}

}  // namespace causeway::process
