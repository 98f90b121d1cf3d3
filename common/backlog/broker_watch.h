// BrokerWatch: whether the broker answers, asked regularly: what readiness and the metric of a service say of it.
//
// Life: construct, which begins to ask; destroy to end. Loop's thread only.
#pragma once

#include <functional>

#include "common/async/scope.h"
#include "common/backlog/broker.h"

namespace causeway::backlog {

class BrokerWatch {
 public:
  // Both outlive it. `changed` is told at the first answer, or the first time that none comes, and at every change.
  BrokerWatch(async::Loop& loop, Broker& broker, std::function<void(bool reachable)> changed);

 private:
  async::Task<void> Watch();

  async::Loop& loop_;
  Broker& broker_;
  const std::function<void(bool)> changed_;
  async::Scope tasks_;
};

}  // namespace causeway::backlog
