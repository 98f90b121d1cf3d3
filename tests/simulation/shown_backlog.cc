#include "tests/simulation/shown_backlog.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {
namespace {

// A transaction's markers come one after the other: some of what it wrote is seen so much later than the rest.
constexpr absl::Duration kMarkers = absl::Seconds(4);
// How old the broker's answer may be when it is taken in: a client waits no longer for it.
constexpr absl::Duration kAnswer = absl::Seconds(4);

}  // namespace

ShownBacklog::Counts ShownBacklog::Before(Instant moment) const {
  const auto later = std::upper_bound(samples_.begin(), samples_.end(), moment,
                                      [](Instant at, const Counts& counts) { return at < counts.at; });
  return later == samples_.begin() ? Counts{} : *std::prev(later);
}

std::string ShownBacklog::Check() {
  const Instant now = samples_.back().at;
  std::string wrong;
  while (wrong.empty() && !shown_.empty() && shown_.front().until + kMarkers <= now) {
    const Shown& shown = shown_.front();
    const Counts before = Before(shown.after - kAnswer - kMarkers);
    const Counts& after = samples_.back();
    const int64_t least = before.queued - after.most_finished, most = after.queued - before.least_finished;
    if (shown.records < least || shown.records > most) {
      wrong = absl::StrCat("a backlog of ", shown.records, " is shown; it was between ", std::max<int64_t>(0, least),
                           " and ", most);
    }
    shown_.pop_front();
  }
  while (samples_.size() > 2 && now - samples_[1].at > absl::Seconds(30)) samples_.pop_front();
  return wrong;
}

}  // namespace causeway::simulation
