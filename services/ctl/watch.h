// Following workflows live (W10): redrawn in place on a terminal, a line a change elsewhere, JSON lines for scripts.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/ctl/session.h"

namespace causeway::ctl {

struct WatchOptions {
  std::string parent;  // An instance, with "-" for all, or one workflow.
  absl::Duration interval = absl::Seconds(1);
  absl::Duration timeout = absl::InfiniteDuration();
  bool until_drained = false;  // End when everything is read and written.
};

// Until Ctrl-C (OK), or drained (OK), or the timeout (exit code 6). A connection that breaks is opened again; one that
// can't be opened at first ends it.
absl::Status Watch(Session& session, const WatchOptions& options);

}  // namespace causeway::ctl
