// What an existing topic must be like for its use to be safe (design.md "Kafka"). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/backlog/broker.h"

namespace causeway::backlog {

struct ExistingTopic {
  int32_t partitions = 0;
  int32_t replicas = 0;  // The fewest that a partition has.
  std::map<std::string, std::string> config;
};

// In what a topic keeps less than it must.
struct TopicFlaw {
  std::string topic;
  std::string setting;  // Kafka's name of it; "partitions", "replication.factor"; "exists".
  std::string text;     // What it is and what it must be, as "retention.ms=1; it must be -1".
};

// Settings that only tune (segment.bytes …) are the operator's.
std::vector<TopicFlaw> FlawsOf(const TopicSpec& wanted, const ExistingTopic& actual);

// CW-LOG-TOPIC of the first flaw, if any.
absl::Status CheckTopic(const TopicSpec& wanted, const ExistingTopic& actual);

}  // namespace causeway::backlog
