// ReportLog: a line in the log for whatever a replica's report says that its last one didn't: a workflow that begins,
// runs, ends or fails, a condition that begins or ends, a reader's role.
//
// Life: one for a process; Observe every report, in order. One thread.
#pragma once

#include <map>
#include <string>

#include "causeway/v1/control.pb.h"

namespace causeway::worker {

class ReportLog {
 public:
  void Observe(const v1::ConnectRequest& report);

 private:
  static void Compare(const v1::WorkflowReport& before, const v1::WorkflowReport& now);

  std::map<std::string, v1::WorkflowReport> last_;
};

}  // namespace causeway::worker
