// Lanes: one key strictly in order, different keys at once, waiting versions of one key collapsed into the last (I15, I16). Pure.
//
// A lane holds at most one record in flight and one that waits.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace causeway::backlog {

template <typename Record>
class Lanes {
 public:
  struct Lane {
    std::string key;
    std::optional<Record> waiting;
    bool in_flight = false;
    bool ready = false;  // In the ready queue.
  };

  // The lane of a key, or nullptr when it has none.
  Lane* Find(const std::string& key) {
    auto found = lanes_.find(key);
    return found == lanes_.end() ? nullptr : found->second.get();
  }

  // Adds the newest version of a key, in the place of one that waits.
  void Push(const std::string& key, Record record) {
    auto [found, added] = lanes_.try_emplace(key);
    if (added) found->second = std::make_unique<Lane>(Lane{key, std::nullopt, false, false});
    found->second->waiting = std::move(record);
    MakeReady(*found->second);
  }

  // The lane whose record is next, or nullptr. The record leaves `waiting` by Take.
  Lane* NextReady() { return ready_.empty() ? nullptr : ready_.front(); }

  // Takes the waiting record of the lane that NextReady named; the lane is in flight until Done or Requeue.
  Record Take(Lane& lane) {
    ready_.pop_front();
    lane.ready = false;
    lane.in_flight = true;
    Record record = std::move(*lane.waiting);
    lane.waiting.reset();
    return record;
  }

  // Ends the flight of a key. A version that came meanwhile becomes ready.
  void Done(Lane& lane) {
    lane.in_flight = false;
    if (lane.waiting.has_value()) {
      MakeReady(lane);
    } else {
      const std::string key = lane.key;  // The lane dies with the entry.
      lanes_.erase(key);
    }
  }

  // Ends the flight of a key whose record must be tried again, when no newer version waits.
  void Requeue(Lane& lane, Record record) {
    lane.in_flight = false;
    lane.waiting = std::move(record);
    MakeReady(lane);
  }

  // The version of a key that waits, to be changed in place; nullptr when there is none.
  Record* Waiting(Lane& lane) { return lane.waiting.has_value() ? &*lane.waiting : nullptr; }

  bool empty() const { return lanes_.empty(); }
  size_t size() const { return lanes_.size(); }

 private:
  void MakeReady(Lane& lane) {
    if (lane.in_flight || lane.ready) return;
    lane.ready = true;
    ready_.push_back(&lane);
  }

  absl::flat_hash_map<std::string, std::unique_ptr<Lane>> lanes_;
  std::deque<Lane*> ready_;
};

}  // namespace causeway::backlog
