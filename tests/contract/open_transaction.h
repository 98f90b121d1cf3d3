// OpenTransaction: a transaction of another client, held open as long as a test likes; TransactionalProducer has no
// such thing.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <string>

namespace causeway::contract {

class OpenTransaction {
 public:
  OpenTransaction(const std::string& bootstrap_servers, const std::string& transactional_id);
  // Leaves it open, as a client that died.
  ~OpenTransaction();
  OpenTransaction(const OpenTransaction&) = delete;
  OpenTransaction& operator=(const OpenTransaction&) = delete;

  // In the log, undecided, when it returns.
  void Produce(const std::string& topic, int32_t partition, const std::string& value);
  void SendOffset(const std::string& group, const std::string& topic, int32_t partition, int64_t offset,
                  const std::string& metadata);
  void Commit();
  void Abort();

 private:
  rd_kafka_t* client_;
};

}  // namespace causeway::contract
