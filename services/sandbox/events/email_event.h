// E-mail events as Campaign sends them to the journal: XDM in a CloudEvents envelope (spec/campaign.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace causeway::sandbox::events {

enum class EmailEventType { kSend, kOpen, kClick, kHardBounce, kSoftBounce, kUnsubscribe };

struct EmailEvent {
  std::string id;
  EmailEventType type = EmailEventType::kSend;
  int64_t time_ms = 0;
  std::string contact_id;  // Empty: the profile has none.
  std::string campaign;
  std::string delivery;
};

// Its e-mail as a page, which tells events from each other; and the link that was clicked.
std::string MirrorPageOf(const EmailEvent& event);
std::string LinkOf(const EmailEvent& event);

// `bytes`: what carries nothing is added until it has at least so many.
std::string JsonOf(const EmailEvent& event, size_t bytes = 0);

}  // namespace causeway::sandbox::events
