#include "services/egress/journal_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/engine/skip_reasons.h"
#include "common/errors/error.h"
#include "common/limits/retry_policy.h"
#include "common/url/url.h"
#include "services/egress/activity_tables.h"

namespace causeway::egress {
namespace {

// The journal counts back from a now of its own, which is later, too.
constexpr absl::Duration kClocksDiffer = absl::Minutes(1);

absl::Time StartTime(const v1::EgressSettings& settings) {
  return absl::FromUnixSeconds(settings.start_time().seconds()) + absl::Nanoseconds(settings.start_time().nanos());
}

std::string Utc(absl::Time time) { return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone()); }

absl::Status NoEvent() {
  return errors::Make(errors::kJournalEvent, "The journal holds something in an event's place that is none.", "journal");
}

// The time of the first event that has one.
absl::Time FirstTime(const journal::Page& page, absl::Time otherwise) {
  for (const journal::Entry& entry : page.entries) {
    const absl::StatusOr<Event> event = ParseEvent(entry.event);
    if (event.ok() && event->time != absl::InfinitePast()) return event->time;
  }
  return otherwise;
}

// One journal may be spelled in several ways.
bool SameJournal(const std::string& a, const std::string& b) {
  const absl::StatusOr<std::string> origin = url::OriginOf(a);
  if (!origin.ok() || !url::SameOrigin(a, b)) return a == b;
  const auto path = [](const std::string& url) {
    const size_t begin = url.find('/', url.find("://") + 3);
    return begin == std::string::npos ? "" : url::WithoutTrailingSlash(url.substr(begin));
  };
  return path(a) == path(b);
}

// `last_event` as in JournalPosition; `oldest`: the time of the oldest event kept.
std::string GapBetween(absl::Time last_event, absl::Time oldest, bool moved) {
  const absl::string_view why = moved ? "The journal has another address, where positions of the old one mean nothing."
                                      : "The journal doesn't know the position any more.";
  if (last_event >= oldest) {
    return absl::StrCat(why, " The oldest event that it keeps is of ", Utc(oldest), ", the last one read of ",
                        Utc(last_event), ": probably none is missing.");
  }
  const std::string from = last_event == absl::InfinitePast() ? "" : absl::StrCat("from ", Utc(last_event), " ");
  if (moved) {
    return absl::StrCat(why, " Reading goes on with the oldest event that it keeps; those ", from, "until ", Utc(oldest),
                        " are missing, if there were any.");
  }
  return absl::StrCat("The journal dropped events before they were read: those ", from, "until ", Utc(oldest),
                      " are missing.");
}

}  // namespace

JournalSource::JournalSource(async::Loop& loop, const v1::Definition& definition,
                             std::unique_ptr<journal::JournalClient> journal, absl::Duration request_timeout)
    : loop_(loop),
      settings_(definition.settings().egress()),
      was_reset_(definition.generation() > 0),
      journal_(std::move(journal)),
      request_timeout_(request_timeout),
      ask_from_(loop.Now()) {}

// That it can be read is seen by reading: its end, which costs the least.
async::Task<absl::Status> JournalSource::Prepare() {
  absl::StatusOr<journal::Page> page = co_await journal_->Read(journal_->FromLatest());
  if (!page.ok()) co_return page.status();
  end_ = *std::move(page);
  co_return absl::OkStatus();
}

JournalPosition JournalSource::Beginning() const {
  JournalPosition position;
  position.journal = settings_.journal_url();
  switch (settings_.start_from()) {
    case v1::EgressSettings::START_FROM_OLDEST:
      position.link = journal_->FromOldest();
      break;
    case v1::EgressSettings::START_FROM_TIME:
      position.last_event = position.begin = StartTime(settings_);
      position.link = journal_->FromTime(position.begin - kClocksDiffer);
      break;
    default:
      position.last_event = loop_.WallTime();
      position.link = journal_->FromLatest();
      break;
  }
  if (was_reset_) {
    position.link = journal_->FromOldest();
    position.last_event = absl::InfinitePast();
  }
  return position;
}

async::Task<absl::StatusOr<engine::Page>> JournalSource::Read(const std::string& table, const std::string& from) {
  engine::Page page;
  page.next_position = from;
  page.caught_up = true;
  if (loop_.Now() < ask_from_) co_return page;

  JournalPosition position = JournalPosition::Decode(from);
  if (position.link.empty()) position = Beginning();
  // A position of another journal is an expired one: it means nothing here, and is asked for nowhere.
  const bool moved = !SameJournal(position.journal, settings_.journal_url()) ||
                     !url::SameOrigin(position.link, settings_.journal_url());
  absl::StatusOr<journal::Page> read = errors::Make(errors::kJournalGap, "It is another journal's.", "journal");
  if (!moved && end_.has_value() && position.link == journal_->FromLatest()) {
    // Asked for a moment ago, with the time to wait until it is asked again.
    read = *std::exchange(end_, std::nullopt);
  } else if (!moved) {
    read = co_await journal_->Read(position.link);
  }
  if (errors::Is(read.status(), errors::kJournalGap)) read = co_await ReadBeyondGap(position, moved, page);
  if (!read.ok()) co_return read.status();

  if (read->caught_up && read->retry_after) {
    ask_from_ = loop_.Now() + std::min(*read->retry_after, limits::RetryPolicy{}.max_retry_after);
  }
  for (const journal::Entry& entry : read->entries) Add(entry, position, page);
  position.journal = settings_.journal_url();
  position.link = read->next_link;
  page.next_position = position.Encode();
  page.caught_up = read->caught_up;
  co_return page;
}

async::Task<absl::StatusOr<journal::Page>> JournalSource::ReadBeyondGap(const JournalPosition& position,
                                                                        bool moved, engine::Page& page) {
  absl::StatusOr<journal::Page> read = co_await journal_->Read(journal_->FromOldest());
  if (!read.ok()) co_return read;
  const absl::Time oldest = FirstTime(*read, loop_.WallTime());
  page.gap = errors::NewDetail(errors::kJournalGap, GapBetween(position.last_event, oldest, moved));
  co_return read;
}

// nullptr: it is to become an activity.
const char* JournalSource::ReasonToSkip(const Event& event, absl::Time begin) const {
  if (event.type == EventType::kOther) return engine::skip::kOtherType;
  if (!IsEnabled(settings_, event.type)) return engine::skip::kNotEnabled;
  if (event.time < begin) return engine::skip::kBeforeStart;
  if (event.test) return engine::skip::kSeedOrProof;
  return event.contact_id.empty() ? engine::skip::kNoContactId : nullptr;
}

void JournalSource::Add(const journal::Entry& entry, JournalPosition& position, engine::Page& page) const {
  absl::StatusOr<Event> event = entry.is_event ? ParseEvent(entry.event, settings_.contact_id_path()) : NoEvent();
  if (!event.ok()) {
    // Under its position: an event without an id has nothing else.
    page.rejected.push_back({entry.position, entry.event, event.status()});
    return;
  }
  const std::string type = NameOf(event->type);
  position.last_event = std::max(position.last_event, std::min(event->time, loop_.WallTime()));
  if (const char* reason = ReasonToSkip(*event, position.begin); reason != nullptr) {
    ++page.skipped[type][reason];
    return;
  }
  engine::SourceRecord record;
  record.id = event->id;
  record.row = entry.event;
  record.table = type;
  page.records.push_back(std::move(record));
}

}  // namespace causeway::egress
