// DeadLetterShare: whether so many of the last records were refused that something else than the records must be wrong. Pure.
#pragma once

#include <bitset>
#include <cstddef>

namespace causeway::engine {

class DeadLetterShare {
 public:
  // Of the last kRecords, at least kLeast of them, more than `max_percent` refused is too many; 100: never.
  explicit DeadLetterShare(int max_percent) : max_percent_(max_percent) {}

  void Count(bool refused) {
    refused_[next_] = refused;
    next_ = (next_ + 1) % kRecords;
    if (seen_ < kRecords) ++seen_;
  }
  bool TooMany() const { return seen_ >= kLeast && refused_.count() * 100 > static_cast<size_t>(max_percent_) * seen_; }
  size_t refused() const { return refused_.count(); }
  size_t seen() const { return seen_; }

 private:
  static constexpr size_t kRecords = 1000;
  static constexpr size_t kLeast = 100;
  int max_percent_;
  std::bitset<kRecords> refused_;
  size_t next_ = 0;
  size_t seen_ = 0;
};

}  // namespace causeway::engine
