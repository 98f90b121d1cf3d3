// IoLoop: the Loop of production, on one thread of Boost.Asio.
//
// Life: construct; Run() on the thread that is to be the loop's (it returns after Stop()); destroy. Stop and Post may be
// called from any thread.
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
