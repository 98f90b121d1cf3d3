// The world of the real Apache Kafka of this program: started before its first test, shared by all.
#pragma once

#include "tests/contract/broker_world.h"

namespace causeway::contract {

WorldKind RealWorld();

}  // namespace causeway::contract
