// IoLoop: the Loop of production, on one thread of Boost.Asio.
//
// Life: construct; Run() on the thread that is to be the loop's (it returns after Stop()); destroy. Stop and Post may be
// called from any thread.
//
// Its time is CLOCK_BOOTTIME, which goes on while the machine is suspended (a laptop that sleeps, a virtual machine that
// is stopped): leases and rights that lapsed meanwhile have lapsed when it goes on. CLOCK_MONOTONIC, Asio's and
// std::chrono's steady clock, stands still meanwhile, so a timer may fire up to a second late after a suspension; who
// decides by time compares with Now(), as everybody does, rather than trust that a timer would have fired.
#pragma once

#include <memory>

#include "common/async/loop.h"

namespace boost::asio {
class io_context;
}

namespace causeway::async {

class IoLoop final : public Loop {
 public:
  IoLoop();
  ~IoLoop() override;

  void Run();
  void Stop();
  // For those who wait for sockets (common/http).
  boost::asio::io_context& context();

  void Post(std::function<void()> work) override;
  Instant Now() const override;
  absl::Time WallTime() const override;
  TimerId At(Instant when, std::function<void()> work) override;
  void Cancel(TimerId timer) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::async
