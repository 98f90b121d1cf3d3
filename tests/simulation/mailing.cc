#include "tests/simulation/mailing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {
namespace {

struct Kind {
  const char* table;  // nullptr: no activity is made of it.
  const char* what;
};

constexpr Kind kKinds[] = {{"adobe_emailsend", R"("xdm:sends":{"xdm:value":1})"},
                           {"adobe_emailopen", R"("xdm:opens":{"xdm:value":1})"},
                           {"adobe_emailclick", R"("xdm:clicks":{"xdm:value":1})"},
                           {"adobe_emailbounce", R"("xdm:nonDeliverables":{"xdm:value":1})"},
                           {nullptr, R"("xdm:bounces":{"xdm:value":1})"},
                           {nullptr, R"("xdm:unsubscribes":{"xdm:value":1})"}};

std::string ContactId(int number) {
  return absl::StrCat("00000000-0000-0000-0000-", absl::Dec(number, absl::kZeroPad12));
}

std::string EventJson(const std::string& id, const Kind& kind, const std::string& contact) {
  return absl::StrCat(
      R"({"id":")", id, R"(","time":"2026-03-01T12:00:00Z","data":{"xdm:timestamp":"2026-03-01T12:00:00Z",)",
      R"("xdm:directMarketing":{)", kind.what, R"(},"https://ns.adobe.com/experience/campaign/message":{)",
      contact.empty() ? "" : absl::StrCat(R"("xdm:externalID":")", contact, "\""),
      R"(},"https://ns.adobe.com/experience/campaign/delivery":{"xdm:deliveryName":"DM1"},)",
      R"("https://ns.adobe.com/experience/campaign/marketingCampaign":{"xdm:campaignName":")", id, "\"}}}");
}

}  // namespace

Mailing::Mailing(const Plan& plan, Simulation& simulation, JournalModel& journal, ActivityModel& activities)
    : plan_(plan), simulation_(simulation), journal_(journal), activities_(activities), dice_(plan.seed ^ 0x6d61696c) {}

void Mailing::Fill() {
  for (last_contact_ = 1; last_contact_ < 6; ++last_contact_) activities_.AddContact(ContactId(last_contact_));
  for (int event = 0; event < plan_.rows; ++event) Emit();
}

void Mailing::Work() {
  working_ = true;
  WorkLater();
}

void Mailing::WorkLater() {
  simulation_.After(dice_.Exponential(plan_.change_every), [this] {
    if (!working_) return;
    if (dice_.Chance(0.03)) activities_.DeleteContact(ContactId(1 + static_cast<int>(dice_.Below(last_contact_))));
    // A delivery goes out to many at once.
    const int burst = dice_.Chance(0.1) ? 40 : 1;
    for (int event = 0; event < burst; ++event) Emit();
    WorkLater();
  });
}

void Mailing::Append(const std::string& id, const std::string& json) {
  journal_.Emit(json);
  kept_.push_back(id);
  if (!simulation_.tracing()) return;
  const Event& event = events_.at(id);
  simulation_.Trace(absl::StrCat("event ", id, " at position ", journal_.end(), ": ",
                                 event.table.empty() ? "no activity" : event.table, ", contact ", event.contact));
}

void Mailing::Emit() {
  if (!kept_.empty() && dice_.Chance(0.1)) {
    // The same event under another position.
    const std::string again = kept_[dice_.Below(kept_.size())];
    return Append(again, texts_.at(again));
  }
  const std::string id = absl::StrCat("e", events_.size());
  const Kind& kind = kKinds[dice_.Below(std::size(kKinds))];
  Event& event = events_[id];
  if (kind.table != nullptr) event.table = kind.table;
  // Some are of people whom Dynamics 365 doesn't know, some of nobody.
  if (!dice_.Chance(0.1)) event.contact = ContactId(1 + static_cast<int>(dice_.Below(7)));
  texts_[id] = EventJson(id, kind, event.contact);
  Append(id, texts_[id]);
}

void Mailing::DropSome(Dice& dice) {
  const size_t count = journal_.DropOldest(dice.Below(kept_.size() + 1));
  for (size_t i = 0; i < count; ++i) {
    Event& event = events_.at(kept_[i]);
    event.dropped = true;
    event.dropped_at = simulation_.Now();
    event.before_us = !journal_.followed();
  }
  kept_.erase(kept_.begin(), kept_.begin() + static_cast<int64_t>(count));
  // What is still there under another position isn't lost.
  for (const std::string& id : kept_) events_.at(id).dropped = false;
}

std::string Mailing::Made(const ActivityRow& row) {
  const auto found = events_.find(row.event);
  if (found == events_.end()) return absl::StrCat("an activity of no event: ", row.event);
  Event& event = found->second;
  if (event.table != row.table || event.contact != row.contact)
    return absl::StrCat("event ", row.event, " became an activity of another kind or contact");
  return ++event.activities > 1 ? absl::StrCat("event ", row.event, " became ", event.activities, " activities") : "";
}

std::string Mailing::Missing(Instant gap_told) const {
  for (const auto& [id, event] : events_) {
    const bool wanted = !event.table.empty() && activities_.HasContact(event.contact);
    if (!wanted || event.activities == 1) continue;
    if (!event.dropped) return absl::StrCat("event ", id, " has no activity");
    if (gap_told < event.dropped_at && !event.before_us)
      return absl::StrCat("event ", id, " was dropped by the journal, and nobody is told");
  }
  return "";
}

}  // namespace causeway::simulation
