#include "services/sandbox/control/activity.h"

#include <algorithm>
#include <utility>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/people.h"

namespace causeway::sandbox {
namespace {

using events::EmailEventType;

constexpr std::chrono::milliseconds kTick(10);
constexpr int kTries = 100;

constexpr EmailEventType kUsual[] = {EmailEventType::kSend, EmailEventType::kSend,  EmailEventType::kSend,
                                     EmailEventType::kOpen, EmailEventType::kClick, EmailEventType::kHardBounce};
constexpr EmailEventType kOthers[] = {EmailEventType::kSoftBounce, EmailEventType::kUnsubscribe};
constexpr const char* kCampaigns[] = {"Spring", "Summer Sale", "Überraschung", "Newsletter", R"("Two" for 1)"};
constexpr const char* kDeliveries[] = {"Announcement", "Reminder", "Last call"};

}  // namespace

void Activity::Run(double rate, double seconds, std::function<void()> once) {
  rates_.emplace_front(io_);
  Rate& added = rates_.front();
  added.rate = rate;
  added.seconds = seconds;
  added.began = std::chrono::steady_clock::now();
  added.once = std::move(once);
  Tick(rates_.begin());
}

void Activity::Tick(std::list<Rate>::iterator rate) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - rate->began;
  const auto due = static_cast<int64_t>(std::min(passed.count(), rate->seconds) * rate->rate);
  for (; rate->done < due; ++rate->done) rate->once();
  if (passed.count() >= rate->seconds) {
    rates_.erase(rate);
    return;
  }
  rate->timer.expires_after(kTick);
  rate->timer.async_wait([this, rate](const boost::system::error_code& error) {
    if (!error) Tick(rate);
  });
}

// Slots of deleted contacts are passed over; where hardly any contacts are left, the next one from anywhere is taken.
const dataverse::Row* Activity::AnyContact() {
  const dataverse::Table& contacts = world_.contacts();
  if (contacts.size() == 0) return nullptr;
  for (int i = 0; i < kTries; ++i) {
    const dataverse::Row* row = contacts.At(dice_.Below(contacts.slots()));
    if (row != nullptr) return row;
  }
  const size_t start = dice_.Below(contacts.slots());
  for (size_t i = 0; i < contacts.slots(); ++i) {
    const dataverse::Row* row = contacts.At((start + i) % contacts.slots());
    if (row != nullptr) return row;
  }
  return nullptr;
}

int64_t Activity::ChangePeople(int64_t count) {
  int64_t changed = 0;
  for (; count > 0; --count) {
    const dataverse::Row* contact = AnyContact();
    if (contact == nullptr) break;
    const Guid id = contact->id;
    changed += dataverse::ChangePerson(id, dice_, world_.database) ? 1 : 0;
  }
  return changed;
}

std::vector<Guid> Activity::DeletePeople(int64_t count) {
  std::vector<Guid> deleted;
  for (; count > 0; --count) {
    const dataverse::Row* contact = AnyContact();
    if (contact == nullptr) break;
    const Guid id = contact->id;
    world_.contacts().Erase(id);
    deleted.push_back(id);
  }
  return deleted;
}

int64_t Activity::EmitEvents(int64_t count, const EmailMix& mix) {
  for (int64_t i = 0; i < count; ++i) EmitEvent(mix);
  return count;
}

void Activity::EmitEvent(const EmailMix& mix) {
  events::EmailEvent event;
  event.id = Cat("evt-", world_.emitted.size() + 1, "-", dice_.Below(1'000'000'000));
  event.type = dice_.Chance(mix.other) ? dice_.Pick(kOthers) : dice_.Pick(kUsual);
  event.time_ms = world_.clock.NowMillis();
  event.campaign = dice_.Pick(kCampaigns);
  event.delivery = dice_.Pick(kDeliveries);
  event.form = mix.form ? *mix.form : dice_.Pick(events::kEventForms);
  event.seed = dice_.Chance(mix.seeds);
  event.cut_emoji = dice_.Chance(mix.cut_emojis);
  if (event.cut_emoji) event.campaign += " \xEF\xBF\xBD";
  if (dice_.Chance(mix.odd_numbers)) event.number_form = 1 + static_cast<int>(dice_.Below(2));
  const dataverse::Row* contact = AnyContact();
  if (dice_.Chance(mix.unknown))
    event.contact_id = Guid::FromBits(dice_.Bits(), dice_.Bits()).ToString();
  else if (!dice_.Chance(mix.anonymous) && contact != nullptr)
    event.contact_id = contact->id.ToString();
  const std::string json = JsonOf(event, static_cast<size_t>(mix.bytes));
  world_.events.Append(event.time_ms, json);
  if (dice_.Chance(mix.duplicates)) world_.events.Append(event.time_ms, json);
  if (dice_.Chance(mix.late)) EmitAgain();
  world_.emitted.push_back(std::move(event));
}

// Under a new position, however long ago it came first.
void Activity::EmitAgain() {
  events::EventLog& log = world_.events;
  const auto kept = static_cast<uint64_t>(log.end() - log.first());
  std::string json = log.At(log.first() + static_cast<int64_t>(dice_.Below(kept))).json;
  log.Append(world_.clock.NowMillis(), std::move(json));
}

}  // namespace causeway::sandbox
