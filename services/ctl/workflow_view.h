// How a workflow reads on a terminal. Pure: `now` is handed in.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "causeway/v1/workflow_service.pb.h"

namespace causeway::ctl {

// STOPPED, STARTING, RUNNING, FAILED.
std::string StatusText(v1::Workflow::Status status);

// What a person should know besides the status, most important first: "changes pending", "Degraded: …"; may be empty.
std::vector<std::string> Notes(const v1::Workflow& workflow, absl::Time now);

// One workflow on several lines, none wider than `width`. `peak` is the largest backlog seen while it was drained; the
// bar shows how much of it is written.
std::vector<std::string> RenderWorkflow(const v1::Workflow& workflow, int64_t peak, int width, absl::Time now);

// The same on one line, for logs.
std::string RenderLine(const v1::Workflow& workflow);

// The books, a line a table: exact, whatever was restarted.
std::vector<std::string> RenderBooks(const v1::Workflow& workflow);

// The source is read to its end and everything is written.
bool IsDrained(const v1::Workflow& workflow);

}  // namespace causeway::ctl
