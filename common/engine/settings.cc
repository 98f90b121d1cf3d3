#include "common/engine/settings.h"

#include "common/engine/timestamps.h"

namespace causeway::engine {

absl::Duration PollInterval(const v1::Definition& definition) {
  if (definition.settings().has_poll_interval()) return FromProto(definition.settings().poll_interval());
  return absl::Seconds(definition.type() == v1::WORKFLOW_TYPE_EGRESS ? 1 : 2);
}
int64_t MaxQueuedBytes(const v1::WorkflowSettings& settings) {
  return settings.max_queued_bytes() > 0 ? settings.max_queued_bytes() : int64_t{10} << 30;
}
int MaxDeadLetterPercent(const v1::WorkflowSettings& settings) {
  return settings.max_dead_letter_percent() > 0 ? settings.max_dead_letter_percent() : 50;
}
absl::Duration LandingTime(const v1::WorkflowSettings& settings, absl::Duration request_deadline) {
  const absl::Duration margin = settings.has_landing_margin() ? FromProto(settings.landing_margin()) : 2 * request_deadline;
  return request_deadline + margin;
}
int DispatchWindow(const v1::WorkflowSettings& settings) {
  return settings.dispatch_window() > 0 ? settings.dispatch_window() : 512;
}
DeletionLimits DeletionLimitsOf(const v1::WorkflowSettings& settings) {
  DeletionLimits limits;
  if (settings.max_deletion_percent() > 0) limits.max_percent = settings.max_deletion_percent();
  if (settings.has_max_deletions()) limits.max_records = settings.max_deletions();
  return limits;
}

}  // namespace causeway::engine
