#include "common/process/watchdog.h"

#include <future>

#include "common/async/io_loop.h"
#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "gtest/gtest.h"

namespace causeway::process {
namespace {

constexpr absl::Duration kLimit = absl::Milliseconds(750);

TEST(Watchdog, W5_BarksWhenTheLoopHangs) {
  async::IoLoop loop;
  std::promise<void> barked;
  const Watchdog watchdog(loop, kLimit, [&] { barked.set_value(); });
  loop.Post([&] {
    EXPECT_EQ(barked.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
    loop.Stop();
  });
  loop.Run();
}

async::Task<void> TurnFor(async::IoLoop& loop, absl::Duration duration) {
  co_await async::SleepFor(loop, duration);
  loop.Stop();
}

TEST(Watchdog, LetsALoopThatWaitsInPeace) {
  async::IoLoop loop;
  bool barked = false;
  {
    const Watchdog watchdog(loop, kLimit, [&] { barked = true; });
    async::Scope scope(loop);
    scope.Spawn(TurnFor(loop, 3 * kLimit));
    loop.Run();
  }
  EXPECT_FALSE(barked);
}

}  // namespace
}  // namespace causeway::process
