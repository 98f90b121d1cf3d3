// Readiness: whether a replica can do what it is there for: the broker answers, and the controller has been reached
// since it started. A controller that goes away later changes nothing, since running workflows go on without it. Pure.
#pragma once

#include <functional>
#include <utility>

namespace causeway::worker {

class Readiness {
 public:
  // `changed` is told at every change; not ready at first.
  explicit Readiness(std::function<void(bool ready)> changed) : changed_(std::move(changed)) {}

  void BrokerReachable(bool reachable) { Update(broker_, reachable); }
  void ControllerSeen() { Update(controller_, true); }
  // For good.
  void Stopping() { Update(serving_, false); }

 private:
  bool ready() const { return serving_ && broker_ && controller_; }

  void Update(bool& part, bool value) {
    const bool before = ready();
    part = value;
    if (ready() != before) changed_(ready());
  }

  const std::function<void(bool)> changed_;
  bool serving_ = true;
  bool broker_ = false;
  bool controller_ = false;
};

}  // namespace causeway::worker
