// WriteLog: which records Campaign wrote, in their order, and when: what a test of order or of delay looks at.
//
// The newest kKept writes are kept. It isn't part of the state file. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "services/sandbox/campaign/entities.h"

namespace causeway::sandbox {

struct LoggedWrite {
  campaign::WriteKind kind;
  std::string resource;
  std::string key;  // Empty: the record has none.
  int64_t time_ms;  // Since 1970.
};

std::string_view NameOf(campaign::WriteKind kind);

class WriteLog {
 public:
  static constexpr size_t kKept = 100'000;

  void Append(LoggedWrite write);
  // Writes have the numbers first() to end() - 1.
  int64_t first() const { return end_ - static_cast<int64_t>(writes_.size()); }
  int64_t end() const { return end_; }
  const LoggedWrite& At(int64_t number) const { return writes_[static_cast<size_t>(number - first())]; }
  // nullptr: none is kept.
  const LoggedWrite* LastOf(std::string_view resource, std::string_view key) const;

 private:
  std::deque<LoggedWrite> writes_;
  int64_t end_ = 0;
};

}  // namespace causeway::sandbox
