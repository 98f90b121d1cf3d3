// E-mail events as Campaign sends them to the journal: XDM in a CloudEvents envelope (spec/campaign.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace causeway::sandbox::events {

enum class EmailEventType { kSend, kOpen, kClick, kHardBounce, kSoftBounce, kUnsubscribe };

// In which of its documented forms an event says what it says.
enum class EventForm {
  kNested,      // message, delivery, marketingCampaign, link as objects; a hard bounce is nonDeliverables.
  kFlat,        // Newer logs: externalID, campaignName, deliveryName, url by themselves; a hard bounce is messageFailure.
  kQuarantine,  // As kNested; a hard bounce is a bounce of a message in quarantine.
};
constexpr EventForm kEventForms[] = {EventForm::kNested, EventForm::kFlat, EventForm::kQuarantine};

struct EmailEvent {
  std::string id;
  EmailEventType type = EmailEventType::kSend;
  int64_t time_ms = 0;
  std::string contact_id;  // Empty: the profile has none.
  std::string campaign;
  std::string delivery;
  EventForm form = EventForm::kNested;
  bool seed = false;      // Went to a seed or proof member, no customer.
  bool cut_emoji = false;  // The campaign's name ends with half of a surrogate pair, which is read as U+FFFD.
  int number_form = 0;    // How a number is written: 1, 1.0, "1".
};

// Its e-mail as a page, which tells events from each other; and the link that was clicked.
std::string MirrorPageOf(const EmailEvent& event);
std::string LinkOf(const EmailEvent& event);

// `bytes`: what carries nothing is added until it has at least so many.
std::string JsonOf(const EmailEvent& event, size_t bytes = 0);

}  // namespace causeway::sandbox::events
