#include "services/egress/activity_destination.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/errors/error.h"
#include "services/egress/activity.h"

namespace causeway::egress {
namespace {

// Whether what is missing is the contact that the activity regards, and not its owner, say, or a row that a plug-in looks
// for.
bool IsWithoutContact(const absl::Status& status, const Activity& activity) {
  if (!errors::Is(status, errors::kDynamicsNotFound)) return false;
  const errors::Detail detail = errors::Describe(status);
  return detail.subject == "contact" && absl::StrContains(absl::AsciiStrToLower(detail.excerpt), activity.contact_id);
}

// The system's words stay, in the excerpt.
absl::Status AsRefusal(const absl::Status& status) {
  const errors::Detail why = errors::Describe(status);
  errors::Detail refusal = errors::NewDetail(errors::kDynamicsRefused, why.message, why.subject);
  refusal.excerpt = why.excerpt;
  return errors::Make(std::move(refusal));
}

void Finish(absl::Status status, const Activity& activity, engine::Write& write) {
  if (status.ok()) {
    write.outcome = engine::Outcome::kCreated;
  } else if (errors::Is(status, errors::kDynamicsExists)) {
    write.outcome = engine::Outcome::kUnchanged;  // An earlier attempt made it, or another delivery of the event.
    status = absl::OkStatus();
  } else if (IsWithoutContact(status, activity)) {
    write.outcome = engine::Outcome::kSkipped;
    write.skip_reason = engine::skip::kContactGone;
    status = absl::OkStatus();
  } else if (errors::Is(status, errors::kDynamicsNotFound)) {
    status = AsRefusal(status);
  }
  write.status = std::move(status);
}

}  // namespace

ActivityDestination::ActivityDestination(const v1::EgressSettings& settings,
                                         std::unique_ptr<dataverse::DataverseClient> dynamics,
                                         absl::Duration request_timeout)
    : settings_(settings),
      dynamics_(std::move(dynamics)),
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

absl::StatusOr<std::optional<Activity>> ActivityDestination::Make(const v1::QueuedRecord& record, const char*& skip_reason) const {
  absl::StatusOr<Event> event = ParseEvent(record.row(), settings_.contact_id_path());
  if (!event.ok()) return event.status();
  const ActivityTable* table = tables_.Find(event->type);
  // Queued under an earlier definition, that had the type enabled or looked for the contact elsewhere.
  skip_reason = table == nullptr ? engine::skip::kNotEnabled : engine::skip::kNoContactId;
  if (table == nullptr || event->contact_id.empty()) return std::nullopt;
  if (absl::Status time = CheckTime(*event, *table); !time.ok()) return time;
  return ActivityOf(*event, *table);
}

async::Task<absl::Status> ActivityDestination::LookFor(const Activity& activity, absl::Status refusal) {
  dataverse::RowQuery query;
  query.table = activity.table->logical_name;
  query.entity_set = activity.table->entity_set;
  query.primary_id = activity.table->primary_id;
  const absl::StatusOr<dataverse::Row> row = co_await dynamics_->ReadRow(std::move(query), activity.id);
  if (row.ok()) co_return errors::Make(errors::kDynamicsExists, "The activity is there.", activity.table->logical_name);
  if (errors::IsTransient(row.status())) co_return row.status();
  co_return AsRefusal(refusal);
}

async::Task<void> ActivityDestination::WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) {
  std::vector<Activity> activities;
  std::vector<engine::Write*> sent;
  for (engine::Write& write : writes) {
    absl::StatusOr<std::optional<Activity>> activity = Make(*write.record, write.skip_reason);
    write.status = activity.status();
    if (!activity.ok() || !activity->has_value()) continue;  // Without one it is skipped, as a Write is at first.
    activities.push_back(**std::move(activity));
    sent.push_back(&write);
  }
  if (sent.empty()) co_return;

  oauth::CallContext context;
  context.before_send = [&right] { return right.Obtain(); };
  context.last_check = [&right] { return right.Check(); };
  std::vector<absl::Status> statuses = co_await writer_.Write(activities, context);
  for (size_t i = 0; i < sent.size(); ++i) {
    absl::Status status = std::move(statuses[i]);
    if (errors::Is(status, errors::kDynamicsPrecondition)) status = co_await LookFor(activities[i], status);
    // One that fails alone, while others are taken, may be the reason itself.
    if (sent.size() == 1 && errors::Is(status, errors::kDynamicsUnavailable))
      sent[i]->if_it_lasts = &errors::kDynamicsKeepsFailing;
    Finish(std::move(status), activities[i], *sent[i]);
  }
  sent.front()->calls = context.calls;
}

}  // namespace causeway::egress
