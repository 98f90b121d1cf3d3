// The events that the I/O Events journal keeps: appended at the end, dropped from the beginning.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace causeway::sandbox::events {

struct KeptEvent {
  int64_t time_ms = 0;
  std::string json;
};

class EventLog {
 public:
  void Append(int64_t time_ms, std::string json) { kept_.push_back({time_ms, std::move(json)}); }
  // Drops what is older, as the journal's retention does.
  void DropBefore(int64_t time_ms) {
    while (!kept_.empty() && kept_.front().time_ms < time_ms) DropFirst();
  }
  void DropOldest(int64_t count) {
    for (; count > 0 && !kept_.empty(); --count) DropFirst();
  }
  void Restore(int64_t first, std::deque<KeptEvent> kept) {
    first_ = first;
    kept_ = std::move(kept);
  }

  // Numbers of the first event kept and of the next one to come.
  int64_t first() const { return first_; }
  int64_t end() const { return first_ + static_cast<int64_t>(kept_.size()); }
  const KeptEvent& At(int64_t number) const { return kept_[static_cast<size_t>(number - first_)]; }

 private:
  void DropFirst() {
    kept_.pop_front();
    ++first_;
  }

  int64_t first_ = 1;
  std::deque<KeptEvent> kept_;
};

}  // namespace causeway::sandbox::events
