// Suspends a coroutine until a time has come.
#pragma once

#include "common/async/notifier.h"
#include "common/async/task.h"

namespace causeway::async {

inline Task<void> SleepUntil(Loop& loop, Instant when) {
  Notifier never(loop);
  co_await never.WaitUntil(when);
}

inline Task<void> SleepFor(Loop& loop, absl::Duration duration) { return SleepUntil(loop, loop.Now() + duration); }

}  // namespace causeway::async
