// An e-mail event of the journal (spec/campaign.md "I/O Events journal": XDM inside a CloudEvents envelope; the field names
// are those of adobe/xdm, extensions/adobe/experience/campaign, older nested and newer flat ones). Pure.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace causeway::egress {

enum class EventType {
  kSend,
  kOpen,
  kClick,
  kBounce,  // Hard ones only.
  kOther,   // Whatever else the journal carries; counted and skipped.
};
// "send", "open", "click", "bounce", "other": what its records belong to.
std::string NameOf(EventType type);

struct Event {
  std::string id;  // The same however often it is delivered.
  EventType type = EventType::kOther;
  absl::Time time = absl::InfinitePast();  // That: it has none, which only kOther may lack.
  std::string contact_id;  // Lower case; empty: the profile has none that is a GUID (E5).
  bool test = false;       // It went to a seed address or a proof's reader, no customer.
  std::string campaign_name;
  std::string delivery_name;
  std::string mirror_page_url;
  std::string tracking_url;  // Of clicks.
};

// CW-JRN-EVENT when it is an e-mail event that lacks what every one has (id, time), or no JSON object. `contact_id_path`:
// EgressSettings::contact_id_path.
absl::StatusOr<Event> ParseEvent(absl::string_view json, absl::string_view contact_id_path = "");

}  // namespace causeway::egress
