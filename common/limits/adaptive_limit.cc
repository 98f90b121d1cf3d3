#include "common/limits/adaptive_limit.h"

#include <algorithm>

namespace causeway::limits {

AdaptiveLimit::AdaptiveLimit(Options options)
    : options_(options), limit_(std::clamp(options.start, 1, std::max(options.max, 1))) {
  options_.max = std::max(options_.max, 1);
}

void AdaptiveLimit::OnSuccess(int in_flight) {
  if (in_flight < limit_) return;
  // One more per success doubles the limit in a round; afterwards one more per round.
  if (slow_start_ || ++successes_ >= limit_) {
    successes_ = 0;
    limit_ = std::min(limit_ + 1, options_.max);
  }
}

void AdaptiveLimit::OnThrottled(Round sent_in, async::Instant now, std::optional<absl::Duration> retry_after) {
  Pause(now, retry_after.value_or(options_.pause_without_retry_after));
  Shrink(sent_in, options_.throttled_factor);
}

void AdaptiveLimit::Pause(async::Instant now, absl::Duration pause) {
  paused_until_ = std::max(paused_until_, now + std::clamp(pause, absl::ZeroDuration(), options_.max_pause));
}

void AdaptiveLimit::OnTimeout(Round sent_in) { Shrink(sent_in, options_.timeout_factor); }

void AdaptiveLimit::Shrink(Round sent_in, double factor) {
  slow_start_ = false;
  if (sent_in < round_) return;
  ++round_;
  successes_ = 0;
  limit_ = std::max(1, static_cast<int>(limit_ * factor));
}

}  // namespace causeway::limits
