// World: everything that the engine sees of the outside. Production hands in the system clock, librdkafka, libcurl and RocksDB;
// tests/simulation hands in models under one simulated clock.
#pragma once

#include <string>

#include "common/async/loop.h"
#include "common/backlog/broker.h"
#include "common/http/client.h"
#include "common/store/store.h"

namespace causeway::engine {

// References outlive the engine.
struct World {
  async::Loop& loop;
  async::Random& random;
  backlog::Broker& broker;
  http::Client& http;
  store::Store& store;
  // This replica's name, the same after a restart, unique among the replicas of its service.
  std::string replica;
};

}  // namespace causeway::engine
