// KafkaTrimmer: Kafka's DeleteRecords. Blocks up to its deadline; for a thread of its own, so that a partition that can't be
// trimmed holds up nothing but trimming. Internal to this library.
//
// Why it is more than a call: docs/decisions/trimming.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "common/backlog/rd_client.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {

class KafkaTrimmer {
 public:
  // The client outlives it.
  explicit KafkaTrimmer(Client& client) : client_(client) {}

  // As broker.h's Trim. UNAVAILABLE also when a partition has no leader (the others are trimmed), and while an earlier call is
  // unanswered.
  absl::Status Trim(const std::string& topic, const std::map<int32_t, int64_t>& offsets, Deadline deadline);

 private:
  absl::Status Led(const std::string& topic, Deadline deadline, std::map<int32_t, int64_t>& offsets, bool& all) const;
  absl::Status Await(const std::string& topic, Deadline deadline);

  Client& client_;
  rd::Queue unanswered_;  // Where the answer to the last call comes.
};

}  // namespace causeway::backlog
