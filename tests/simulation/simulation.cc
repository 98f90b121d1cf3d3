#include "tests/simulation/simulation.h"

#include <algorithm>
#include <utility>

namespace causeway::simulation {

absl::Time Simulation::TrueTime() const { return absl::FromUnixSeconds(1'795'000'000) + Now(); }

Simulation::EventId Simulation::At(Instant when, std::function<void()> work) {
  uint32_t slot;
  if (free_.empty()) {
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Slot& entry = slots_[slot];
  entry.work = std::move(work);
  ++entry.generation;
  heap_.push_back({std::max(now_, absl::ToInt64Nanoseconds(when)), dice_.Next(), slot, entry.generation});
  std::push_heap(heap_.begin(), heap_.end(), Later);
  return (static_cast<uint64_t>(entry.generation) << 32) | slot;
}

void Simulation::Cancel(EventId event) {
  const auto slot = static_cast<uint32_t>(event);
  if (slot >= slots_.size() || slots_[slot].generation != event >> 32) return;
  slots_[slot].work = nullptr;
}

// Removes the earliest entry; the work is null when it was cancelled.
std::function<void()> Simulation::Pop() {
  std::pop_heap(heap_.begin(), heap_.end(), Later);
  const Entry entry = heap_.back();
  heap_.pop_back();
  std::function<void()> work = std::exchange(slots_[entry.slot].work, nullptr);
  free_.push_back(entry.slot);
  ++slots_[entry.slot].generation;
  if (work) {
    now_ = entry.time;
    ++events_;
    fingerprint_ = (fingerprint_ ^ static_cast<uint64_t>(entry.time) ^ entry.tie) * 0x100000001b3;
  }
  return work;
}

bool Simulation::Step() {
  while (!heap_.empty()) {
    if (std::function<void()> work = Pop()) {
      work();
      return true;
    }
  }
  return false;
}

void Simulation::RunUntil(Instant when) {
  const int64_t limit = absl::ToInt64Nanoseconds(when);
  while (!heap_.empty() && heap_.front().time <= limit) {
    if (std::function<void()> work = Pop()) work();
  }
  now_ = std::max(now_, limit);
}

}  // namespace causeway::simulation
