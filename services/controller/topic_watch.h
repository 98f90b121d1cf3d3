// TopicWatch: whether the broker still keeps Causeway's topics as they were made: somebody may change a topic's
// settings, or delete it, while workflows run. What it finds is logged when it is new, and shown to Prometheus.
//
// Life: construct, which begins to look once the controller is ready; destroy to end. Loop's thread only.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/async/scope.h"
#include "common/backlog/kafka_broker.h"
#include "common/metrics/registry.h"
#include "services/controller/controller.h"

namespace causeway::controller {

class TopicWatch {
 public:
  // All outlive it.
  TopicWatch(async::Loop& loop, backlog::KafkaBroker& broker, const Controller& controller,
             metrics::Registry& registry);

 private:
  async::Task<void> Watch();
  void Show(const std::vector<backlog::TopicFlaw>& flaws);

  async::Loop& loop_;
  backlog::KafkaBroker& broker_;
  const Controller& controller_;
  metrics::Registry& registry_;
  std::set<std::string> known_;  // Flaws that were logged and still are.
  async::Scope tasks_;
};

// Every topic that must be there: the installation's, and those of workflows that were started once. Pure.
std::vector<backlog::TopicSpec> TopicsOf(const Definitions& definitions, const backlog::TopicSettings& settings);

}  // namespace causeway::controller
