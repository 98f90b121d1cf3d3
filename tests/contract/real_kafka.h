// The real Apache Kafka of this program: started before its first test, shared by all.
#pragma once

#include "tests/contract/broker_world.h"
#include "tests/support/kafka_broker.h"

namespace causeway::contract {

test_support::KafkaBroker& RealKafka();
WorldKind RealWorld();

}  // namespace causeway::contract
