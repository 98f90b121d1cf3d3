// FailingRecord: whether one record's repeated failures are its own: the destination answers each attempt with an error that would pass
// by itself, and takes others of the same table all the while. When it takes nothing, it is the destination that is in trouble, and
// the record waits however long that lasts. Pure.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "common/async/loop.h"

namespace causeway::engine {

class FailingRecord {
 public:
  // Many, because a destination that fails at every second request, whatever it holds, fails at one record as often in a row once in
  // some thousand times.
  static constexpr int kLeastFailures = 12;
  static constexpr absl::Duration kLeastTime = absl::Minutes(10);

  // An attempt was answered with such an error. `taken`: how many records of the table the destination has taken so far.
  void Failed(async::Instant now, int64_t taken) {
    // While nothing is taken a failure says nothing of the record.
    if (failures_ > 0 && taken == taken_) return;
    if (failures_++ == 0) first_ = now;
    last_ = now;
    taken_ = taken;
  }

  bool GiveUp() const { return failures_ >= kLeastFailures && lasts() >= kLeastTime; }
  // How many there were, others having been taken between each two, and in what time.
  int failures() const { return failures_; }
  absl::Duration lasts() const { return last_ - first_; }

 private:
  int failures_ = 0;
  async::Instant first_;
  async::Instant last_;
  int64_t taken_ = 0;
};

}  // namespace causeway::engine
