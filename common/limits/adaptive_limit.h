// AdaptiveLimit: how many requests may be in flight at once, learnt from the answers (AIMD with slow start, as TCP's
// congestion window). spec/dynamics365.md "Requests": start low, raise until the first 429, then follow Retry-After.
//
// Pure: no clock, no I/O; Limiter is its shell. Loop's thread only.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "common/async/loop.h"

namespace causeway::limits {

class AdaptiveLimit {
 public:
  struct Options {
    int max = 32;
    int start = 2;
    double throttled_factor = 0.5;
    // Gentler: a timeout may have other reasons than load.
    double timeout_factor = 0.75;
    // After a refusal that says no time.
    absl::Duration pause_without_retry_after = absl::Seconds(1);
    // A longer Retry-After is taken for this: a mistaken header must not stop a workflow for days.
    absl::Duration max_pause = absl::Minutes(15);
  };
  // Which round a request was sent in. The refusals of one round count once, however many of its requests are refused.
  using Round = uint64_t;

  explicit AdaptiveLimit(Options options);

  int limit() const { return limit_; }
  int max() const { return options_.max; }
  Round round() const { return round_; }
  // Nothing is to be sent before this.
  async::Instant paused_until() const { return paused_until_; }

  // `in_flight`: with the request that succeeded. A limit that isn't used says nothing and doesn't grow.
  void OnSuccess(int in_flight);
  void OnThrottled(Round sent_in, async::Instant now, std::optional<absl::Duration> retry_after);
  void OnTimeout(Round sent_in);
  // Nothing is to be sent for so long, for a reason that says nothing of the load.
  void Pause(async::Instant now, absl::Duration pause);

 private:
  void Shrink(Round sent_in, double factor);

  Options options_;
  int limit_;
  int successes_ = 0;  // Since the limit last grew by one.
  bool slow_start_ = true;
  Round round_ = 0;
  async::Instant paused_until_ = -absl::InfiniteDuration();
};

}  // namespace causeway::limits
