#include "common/engine/settings.h"

#include "common/engine/timestamps.h"

namespace causeway::engine {

absl::Duration PollInterval(const v1::WorkflowSettings& settings) {
  return settings.has_poll_interval() ? FromProto(settings.poll_interval()) : absl::Seconds(2);
}
int64_t MaxQueuedBytes(const v1::WorkflowSettings& settings) {
  return settings.max_queued_bytes() > 0 ? settings.max_queued_bytes() : int64_t{10} << 30;
}
int MaxDeadLetterPercent(const v1::WorkflowSettings& settings) {
  return settings.max_dead_letter_percent() > 0 ? settings.max_dead_letter_percent() : 50;
}
int DispatchWindow(const v1::WorkflowSettings& settings) {
  return settings.dispatch_window() > 0 ? settings.dispatch_window() : 512;
}

}  // namespace causeway::engine
