// KafkaLogReader: backlog::LogReader against the KafkaModel.
#pragma once

#include <string>

#include "common/backlog/broker.h"
#include "tests/simulation/model/kafka_link.h"

namespace causeway::simulation {

class KafkaLogReader final : public backlog::LogReader {
 public:
  KafkaLogReader(KafkaLink link, std::string topic, int32_t partition, int64_t offset)
      : link_(std::move(link)), topic_(std::move(topic)), partition_(partition), offset_(offset) {}

  async::Task<absl::StatusOr<Batch>> Next() override;

 private:
  KafkaLink link_;
  const std::string topic_;
  const int32_t partition_;
  int64_t offset_;
};

}  // namespace causeway::simulation
