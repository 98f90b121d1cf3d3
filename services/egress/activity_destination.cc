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
    : dynamics_(std::move(dynamics)), request_timeout_(request_timeout), tables_(settings, *dynamics_) {}

async::Task<absl::Status> ActivityDestination::Prepare() { co_return co_await tables_.Load(); }

async::Task<absl::StatusOr<engine::ExistingPage>> ActivityDestination::ListExisting(const std::string&,
                                                                                    const std::string&) {
  co_return engine::ExistingPage();
}

int ActivityDestination::concurrency() const { return dynamics_->limiter().limit(); }
bool ActivityDestination::paused() const { return dynamics_->limiter().paused(); }

absl::StatusOr<dataverse::RowWrite> ActivityDestination::Make(const v1::QueuedRecord& record) const {
  absl::StatusOr<Event> event = ParseEvent(record.row());
  if (!event.ok()) return event.status();
  const ActivityTable* table = tables_.Find(event->type);
  // Queued under an earlier definition that had it enabled.
  if (table == nullptr) return errors::Make(errors::kDynamicsNotFound, "Events of this type aren't enabled any more.");
  return ActivityOf(*event, *table);
}

async::Task<void> ActivityDestination::WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) {
  std::vector<dataverse::RowWrite> activities;
  std::vector<engine::Write*> sent;
  for (engine::Write& write : writes) {
    absl::StatusOr<dataverse::RowWrite> activity = Make(*write.record);
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
  std::vector<absl::Status> statuses = co_await Send(std::move(activities), context);
  for (size_t i = 0; i < sent.size(); ++i) Finish(std::move(statuses[i]), *sent[i]);
  sent.front()->calls = context.calls;
}

// One status for each activity.
async::Task<std::vector<absl::Status>> ActivityDestination::Send(std::vector<dataverse::RowWrite> activities,
                                                                 oauth::CallContext& context) {
  const size_t count = activities.size();
  if (count == 1) {
    absl::StatusOr<std::string> written = co_await dynamics_->Write(std::move(activities.front()), context);
    co_return std::vector<absl::Status>{written.status()};
  }
  absl::StatusOr<std::vector<absl::Status>> written = co_await dynamics_->WriteBatch(std::move(activities), context);
  if (!written.ok()) co_return std::vector<absl::Status>(count, written.status());
  co_return *std::move(written);
}

}  // namespace causeway::egress
