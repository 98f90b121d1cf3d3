// Lease: what a loop's turn counter says of the loop (design.md "Control"). Pure.
//
// Only a counter that grew renews it: neither a report that arrived nor the first number seen proves that the loop
// turns now.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "common/async/loop.h"

namespace causeway::controller {

// A lease that wasn't renewed for so long is gone, and its loop stalled if its replica still reports.
inline constexpr absl::Duration kLeaseTime = absl::Seconds(10);

class Lease {
 public:
  void Observe(int64_t turns, async::Instant now) {
    if (turns_.has_value() && turns > *turns_) renewed_ = now;
    if (turns_.has_value() && turns < *turns_) renewed_.reset();  // Another loop, begun anew.
    turns_ = turns;
  }

  bool Live(async::Instant now) const { return renewed_.has_value() && now - *renewed_ < kLeaseTime; }

  std::optional<absl::Duration> Age(async::Instant now) const {
    if (!renewed_.has_value()) return std::nullopt;
    return now - *renewed_;
  }

  // When it was renewed last, but not before `since`.
  async::Instant RenewedSince(async::Instant since) const {
    return renewed_.has_value() ? std::max(*renewed_, since) : since;
  }

 private:
  std::optional<int64_t> turns_;
  std::optional<async::Instant> renewed_;
};

}  // namespace causeway::controller
