// What is told of every request that is made; for metrics.
#pragma once

#include <functional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace causeway::oauth {

struct CallReport {
  absl::string_view method;
  int status = 0;  // 0: no answer.
  absl::Duration duration;
  bool retried = false;  // With a token that was asked for after a 401.
  // How much longer everybody has to wait because of the answer.
  absl::Duration throttled;
};
using Observer = std::function<void(const CallReport&)>;

}  // namespace causeway::oauth
