// RawTransaction: an open transaction of the real broker's, by librdkafka itself.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <string>

#include "tests/contract/broker_world.h"

namespace causeway::contract {

class RawTransaction final : public OpenTransaction {
 public:
  RawTransaction(const std::string& bootstrap_servers, const std::string& transactional_id);
  ~RawTransaction() override;
  RawTransaction(const RawTransaction&) = delete;
  RawTransaction& operator=(const RawTransaction&) = delete;

  void Produce(const std::string& topic, int32_t partition, const std::string& value) override;
  void SendOffset(const std::string& group, const std::string& topic, int32_t partition,
                  const backlog::GroupOffset& offset) override;
  void Commit() override;
  void Abort() override;

 private:
  rd_kafka_t* client_;
};

}  // namespace causeway::contract
