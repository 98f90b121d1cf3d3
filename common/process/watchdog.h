// Watchdog: ends a process whose loop hangs (a loop without end, a deadlock), since nothing on the loop could. Whoever
// started the process starts it again; the controller has noticed meanwhile, because leases lapse.
//
// Life: construct when the loop is about to run; destroy when it has ended. `bark` is called on the watchdog's thread
// and must not return.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/time/time.h"
#include "common/async/loop.h"

namespace causeway::process {

class Watchdog {
 public:
  Watchdog(async::Loop& loop, absl::Duration limit, std::function<void()> bark);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void Watch();

  async::Loop& loop_;
  const absl::Duration limit_;
  const std::function<void()> bark_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace causeway::process
