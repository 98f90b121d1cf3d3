#include "common/limits/retry_policy.h"

#include <algorithm>

namespace causeway::limits {
namespace {

// Between zero and `most`, evenly.
absl::Duration UpTo(absl::Duration most, async::Random& random) {
  return most * (static_cast<double>(random() >> 11) / static_cast<double>(uint64_t{1} << 53));
}

}  // namespace

absl::Duration RetryPolicy::Delay(int attempt, std::optional<absl::Duration> retry_after, async::Random& random) const {
  if (retry_after) {
    const absl::Duration asked = std::clamp(*retry_after, absl::ZeroDuration(), max_retry_after);
    return asked + UpTo(std::max(asked / 10, first), random);
  }
  absl::Duration most = first;
  for (int doubled = 1; doubled < attempt && most < cap; ++doubled) most *= 2;
  return UpTo(std::min(most, cap), random);
}

}  // namespace causeway::limits
