// The contract against a real Apache Kafka.
#include "gtest/gtest.h"
#include "tests/contract/broker_contract.h"
#include "tests/contract/kafka_world.h"
#include "tests/contract/real_kafka.h"

namespace causeway::contract {
namespace {

std::unique_ptr<test_support::KafkaBroker> kafka;

class KafkaEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    auto started = test_support::KafkaBroker::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    kafka = *std::move(started);
  }
  void TearDown() override { kafka.reset(); }
};

const testing::Environment* const environment = testing::AddGlobalTestEnvironment(new KafkaEnvironment);

}  // namespace

WorldKind RealWorld() {
  return {"real", [] { return std::make_unique<KafkaWorld>(*kafka); }};
}

INSTANTIATE_TEST_SUITE_P(Kafka, BrokerContract, testing::Values(RealWorld()), WorldName);

}  // namespace causeway::contract
