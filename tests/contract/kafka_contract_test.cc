// The contract against a real Apache Kafka, one for the program, and what only a real one can show.
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/contract/broker_contract.h"
#include "tests/contract/kafka_world.h"
#include "tests/support/kafka_broker.h"

namespace causeway::contract {
namespace {

test_support::KafkaBroker* kafka = nullptr;

class KafkaEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    auto started = test_support::KafkaBroker::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    broker_ = *std::move(started);
    kafka = broker_.get();
  }
  void TearDown() override { broker_.reset(); }

 private:
  std::unique_ptr<test_support::KafkaBroker> broker_;
};

const testing::Environment* const environment = testing::AddGlobalTestEnvironment(new KafkaEnvironment);

const WorldKind kReal{"real", [] { return std::make_unique<KafkaWorld>(KafkaWorld::TestOptions(kafka->bootstrap())); }};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Kafka, BrokerContract, testing::Values(kReal), WorldName);

}  // namespace causeway::contract
