#include "services/egress/event.h"

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "common/json/path.h"

namespace causeway::egress {
namespace {

constexpr char kMessage[] = "https://ns.adobe.com/experience/campaign/message";
constexpr char kDelivery[] = "https://ns.adobe.com/experience/campaign/delivery";
constexpr char kCampaign[] = "https://ns.adobe.com/experience/campaign/marketingCampaign";
constexpr char kLink[] = "https://ns.adobe.com/experience/campaign/link";
constexpr char kMirrorPage[] = "https://ns.adobe.com/experience/campaign/mirrorPageUrl";

constexpr std::array<std::pair<EventType, absl::string_view>, 5> kNames = {{{EventType::kSend, "send"},
                                                                            {EventType::kOpen, "open"},
                                                                            {EventType::kClick, "click"},
                                                                            {EventType::kBounce, "bounce"},
                                                                            {EventType::kOther, "other"}}};

bool Happened(const boost::json::value& xdm, absl::string_view what) {
  return json::IntegerAt(xdm, {"xdm:directMarketing", what, "xdm:value"}, 0) >= 1;
}

bool IsHard(const boost::json::value& xdm) {
  const std::string inside = json::TextAt(xdm, {"xdm:directMarketing", "xdm:bounces", "xdm:bounceType"});
  const std::string beside = json::TextAt(xdm, {"xdm:directMarketing", "xdm:bounceType"});
  return absl::EqualsIgnoreCase(inside, "hard") || absl::EqualsIgnoreCase(beside, "hard");
}

EventType TypeOf(const boost::json::value& xdm) {
  if (Happened(xdm, "xdm:sends")) return EventType::kSend;
  if (Happened(xdm, "xdm:opens")) return EventType::kOpen;
  if (Happened(xdm, "xdm:clicks")) return EventType::kClick;
  if (Happened(xdm, "xdm:bounces") && IsHard(xdm)) return EventType::kBounce;
  return EventType::kOther;
}

// 8-4-4-4-12 hexadecimal digits.
bool IsGuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

// InfinitePast: it has none.
absl::Time TimeOf(const boost::json::value& envelope, const boost::json::value& xdm) {
  std::string text = json::TextAt(xdm, {"xdm:timestamp"});
  if (text.empty()) text = json::TextAt(envelope, {"time"});
  absl::Time time;
  const bool read = absl::ParseTime(absl::RFC3339_full, text, &time, nullptr);
  return read && time != absl::InfiniteFuture() ? time : absl::InfinitePast();
}

absl::Status Unusable(absl::string_view why, absl::string_view json) {
  errors::Detail detail =
      errors::NewDetail(errors::kJournalEvent, absl::StrCat("An event can't be used: ", why, "."), "journal");
  detail.excerpt = errors::Excerpt(json);
  return errors::Make(std::move(detail));
}

}  // namespace

std::string NameOf(EventType type) {
  for (const auto& [known, name] : kNames) {
    if (known == type) return std::string(name);
  }
  return "other";
}

absl::StatusOr<Event> ParseEvent(absl::string_view text) {
  const boost::json::value envelope = json::Parse(text);
  if (!envelope.is_object()) return Unusable("it is no JSON object", text);
  const boost::json::value* data = json::At(envelope, {"data"});
  const boost::json::value& xdm = data != nullptr && data->is_object() ? *data : envelope;
  Event event;
  event.type = TypeOf(xdm);
  event.id = json::TextAt(envelope, {"id"});
  event.time = TimeOf(envelope, xdm);
  if (event.type == EventType::kOther) return event;

  if (event.id.empty()) return Unusable("it has no id", text);
  if (event.time == absl::InfinitePast()) return Unusable("it has no time", text);
  const std::string contact = absl::AsciiStrToLower(json::TextAt(xdm, {kMessage, "xdm:externalID"}));
  if (IsGuid(contact)) event.contact_id = contact;
  event.campaign_name = json::TextAt(xdm, {kCampaign, "xdm:campaignName"});
  event.delivery_name = json::TextAt(xdm, {kDelivery, "xdm:deliveryLabel"});
  if (event.delivery_name.empty()) event.delivery_name = json::TextAt(xdm, {kDelivery, "xdm:deliveryName"});
  event.mirror_page_url = json::TextAt(xdm, {kMirrorPage});
  if (event.type == EventType::kClick) event.tracking_url = json::TextAt(xdm, {kLink, "xdm:url"});
  return event;
}

}  // namespace causeway::egress
