// A fetch at the broker: answered at once when there is something to say, held back for a while otherwise.
#pragma once

#include <functional>

#include "absl/time/time.h"
#include "tests/simulation/model/kafka_log.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

struct FetchRequest {
  int64_t offset = 0;
  size_t max = 0;
  // Whether the end is something to wait at.
  bool wait_at_end = false;
  absl::Duration patience;
};

struct FetchAnswer {
  bool out_of_range = false;
  KafkaLog::Chunk chunk;
  int64_t end = 0;  // The high watermark when the request came.
};

void FetchWhenReady(Simulation& simulation, KafkaLog& log, const FetchRequest& request,
                    std::function<void(FetchAnswer)> answer);

}  // namespace causeway::simulation
