#include "tests/contract/kafka_world.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "tests/contract/raw_transaction.h"

namespace causeway::contract {
namespace {

// Times that tests can wait for.
backlog::KafkaOptions TestOptions(const std::string& bootstrap_servers) {
  backlog::KafkaOptions options;
  options.bootstrap_servers = bootstrap_servers;
  options.session_timeout = absl::Seconds(3);
  options.rebalance_timeout = absl::Seconds(4);
  options.transaction_timeout = absl::Seconds(4);
  options.request_timeout = absl::Seconds(3);
  options.log = [](int severity, absl::string_view facility, absl::string_view text) {
    std::fprintf(stderr, "librdkafka %d %s: %s\n", severity, std::string(facility).c_str(), std::string(text).c_str());
  };
  return options;
}

}  // namespace

KafkaWorld::KafkaWorld(test_support::KafkaBroker& kafka) : kafka_(kafka), options_(TestOptions(kafka.bootstrap())) {}

// The next test has the same broker.
KafkaWorld::~KafkaWorld() {
  kafka_.Resume();
  if (stopped_) (void)kafka_.Restart();
}

int KafkaWorld::StartProcess() {
  auto broker = backlog::KafkaBroker::Make(loop_, options_);
  if (!broker.ok()) throw std::runtime_error(broker.status().ToString());
  brokers_.push_back(*std::move(broker));
  return static_cast<int>(brokers_.size()) - 1;
}

std::unique_ptr<OpenTransaction> KafkaWorld::BeginTransaction(const std::string& transactional_id) {
  return std::make_unique<RawTransaction>(options_.bootstrap_servers, transactional_id);
}

void KafkaWorld::StopBroker() {
  stopped_ = true;
  kafka_.Kill9();
}

void KafkaWorld::RestartBroker() {
  const absl::Status restarted = kafka_.Restart();
  if (!restarted.ok()) throw std::runtime_error(restarted.ToString());
  stopped_ = false;
}

bool KafkaWorld::RunUntil(absl::FunctionRef<bool()> condition, absl::Duration limit) {
  const async::Instant end = loop_.Now() + limit;
  while (!condition()) {
    if (loop_.Now() >= end) return false;
    loop_.context().restart();
    loop_.context().run_one_for(std::chrono::milliseconds(5));
  }
  return true;
}

BrokerWorld::Times KafkaWorld::times() const {
  return {.session = options_.session_timeout,
          .rebalance = options_.rebalance_timeout,
          .transaction = options_.transaction_timeout,
          .slack = absl::Seconds(10)};
}

}  // namespace causeway::contract
