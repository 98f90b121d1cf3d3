// E-mail events as Campaign sends them to the journal: XDM in a CloudEvents envelope (spec/campaign.md).
#pragma once

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

std::string JsonOf(const EmailEvent& event);

}  // namespace causeway::sandbox::events
