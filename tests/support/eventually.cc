#include "tests/support/eventually.h"

#include "absl/time/clock.h"

namespace causeway::test_support {

bool Eventually(absl::Duration timeout, absl::FunctionRef<bool()> condition) {
  constexpr absl::Duration kPause = absl::Milliseconds(5);
  const absl::Time deadline = absl::Now() + timeout;
  while (absl::Now() < deadline) {
    if (condition()) return true;
    absl::SleepFor(kPause);
  }
  return condition();
}

}  // namespace causeway::test_support
