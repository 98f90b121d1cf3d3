// PageSize: how many rows of a table are asked for at once. A page that is larger than an answer may be is asked for in halves; later it
// grows again. Pure. Lasts as long as the run: the next one finds out again.
#pragma once

#include <algorithm>

namespace causeway::ingress {

class PageSize {
 public:
  // What the settings say.
  explicit PageSize(int most = 5000) : most_(most), size_(most) {}

  int size() const { return size_; }
  int most() const { return most_; }
  bool reduced() const { return size_ < most_; }

  // A page of `size` rows was too large. False: a single row is, which no size helps against.
  bool Shrink(int size) {
    quiet_rounds_ = 0;
    if (size <= 1) return false;
    size_ = std::min(size_, size / 2);
    return true;
  }
  // A round has come to its end without trouble.
  void Grow() {
    if (!reduced() || ++quiet_rounds_ < kRoundsToGrow) return;
    quiet_rounds_ = 0;
    size_ = std::min(most_, 2 * size_);
  }

  // Some minutes of polling: large rows tend to come together, and within a pass a wrong guess costs a new one.
  static constexpr int kRoundsToGrow = 100;

 private:
  int most_;
  int size_;
  int quiet_rounds_ = 0;
};

}  // namespace causeway::ingress
