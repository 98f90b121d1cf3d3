// What an existing topic must be like for its use to be safe (design.md "Kafka"). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "common/backlog/broker.h"

namespace causeway::backlog {

struct ExistingTopic {
  int32_t partitions = 0;
  int32_t replicas = 0;  // The fewest that a partition has.
  std::map<std::string, std::string> config;
};

// CW-LOG-TOPIC naming topic, setting, value and what is expected, unless `actual` keeps at least what `wanted` would.
// Settings that only tune (segment.bytes …) are the operator's.
absl::Status CheckTopic(const TopicSpec& wanted, const ExistingTopic& actual);

}  // namespace causeway::backlog
