// The time as the sandbox sees it. Handed in, so that tests let tokens and delta links expire at will.
#pragma once

#include <chrono>
#include <cstdint>

namespace causeway::sandbox {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t NowMillis() const = 0;  // Since 1970, UTC.
};

class SystemClock : public Clock {
 public:
  int64_t NowMillis() const override {
    using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
};

}  // namespace causeway::sandbox
