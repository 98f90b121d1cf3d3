#include "tests/simulation/running_lease.h"

#include <utility>

namespace causeway::simulation {

void RunningLease::Observe(int from, const v1::ConnectRequest& report, Instant now) {
  for (const v1::WorkflowReport& workflow : report.workflows()) {
    if (workflow.workflow() != workflow_) continue;
    Turns latest{report.incarnation(), workflow.run(), workflow.restart(), workflow.read_turns(),
                 workflow.write_turns()};
    const Turns before = std::exchange(turns_[from], latest);
    const bool same_loops = before.incarnation == latest.incarnation && before.run == latest.run &&
                            before.restart == latest.restart;
    if (!same_loops) continue;
    if (latest.read > before.read) read_ = now;
    if (latest.written > before.written) written_ = now;
  }
}

}  // namespace causeway::simulation
