#include "services/egress/activity_destination.h"

#include <utility>

#include "common/errors/error.h"
#include "services/egress/activity.h"

namespace causeway::egress {
namespace {

void Finish(absl::Status status, engine::Write& write) {
  if (status.ok()) {
    write.outcome = engine::Outcome::kCreated;
  } else if (errors::Is(status, errors::kDynamicsPrecondition)) {
    write.outcome = engine::Outcome::kUnchanged;  // It is there: an earlier attempt, or another delivery of the event.
    status = absl::OkStatus();
  } else if (errors::Is(status, errors::kDynamicsNotFound)) {
    write.outcome = engine::Outcome::kSkipped;  // The contact isn't there (any more).
    status = absl::OkStatus();
  }
  write.status = std::move(status);
}

}  // namespace

ActivityDestination::ActivityDestination(const v1::EgressSettings& settings,
                                         std::unique_ptr<dataverse::DataverseClient> dynamics,
                                         absl::Duration request_timeout)
    : dynamics_(std::move(dynamics)),
      request_timeout_(request_timeout),
      tables_(settings, *dynamics_),
      writer_(*dynamics_) {}

async::Task<absl::Status> ActivityDestination::Prepare() { co_return co_await tables_.Load(); }

async::Task<absl::StatusOr<engine::ExistingPage>> ActivityDestination::ListExisting(const std::string&,
                                                                                    const std::string&) {
  co_return engine::ExistingPage();
}

int ActivityDestination::concurrency() const { return dynamics_->limiter().limit(); }
bool ActivityDestination::paused() const { return dynamics_->limiter().paused(); }

absl::StatusOr<Activity> ActivityDestination::Make(const v1::QueuedRecord& record) const {
  absl::StatusOr<Event> event = ParseEvent(record.row());
  if (!event.ok()) return event.status();
  const ActivityTable* table = tables_.Find(event->type);
  // Queued under an earlier definition that had it enabled.
  if (table == nullptr) return errors::Make(errors::kDynamicsNotFound, "Events of this type aren't enabled any more.");
  return ActivityOf(*event, *table);
}

async::Task<void> ActivityDestination::WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) {
  std::vector<Activity> activities;
  std::vector<engine::Write*> sent;
  for (engine::Write& write : writes) {
    absl::StatusOr<Activity> activity = Make(*write.record);
    if (!activity.ok()) {
      Finish(activity.status(), write);
      continue;
    }
    activities.push_back(*std::move(activity));
    sent.push_back(&write);
  }
  if (sent.empty()) co_return;

  oauth::CallContext context;
  context.before_send = [&right] { return right.Obtain(); };
  std::vector<absl::Status> statuses = co_await writer_.Write(std::move(activities), context);
  for (size_t i = 0; i < sent.size(); ++i) Finish(std::move(statuses[i]), *sent[i]);
  sent.front()->calls = context.calls;
}

}  // namespace causeway::egress
