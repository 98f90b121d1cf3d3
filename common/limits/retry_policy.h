// RetryPolicy: how long to wait before the next attempt of something transient (design.md "Errors"): exponential
// backoff with full jitter and a cap, and never earlier than a Retry-After asked for. Retrying has no end: the caller
// decides whether to.
//
// Pure: chance is handed in.
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "common/async/loop.h"

namespace causeway::limits {

struct RetryPolicy {
  absl::Duration first = absl::Milliseconds(200);  // The most before the second attempt; doubles from then on.
  absl::Duration cap = absl::Seconds(30);
  // A longer Retry-After is taken for this.
  absl::Duration max_retry_after = absl::Minutes(15);

  // The wait after the `attempt`th failure (1, 2, …). With a Retry-After: that, and up to a tenth more, so that those
  // who were refused together don't come back together; otherwise between 0 and the backoff.
  absl::Duration Delay(int attempt, std::optional<absl::Duration> retry_after, async::Random& random) const;
};

}  // namespace causeway::limits
