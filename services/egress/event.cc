#include "services/egress/event.h"

#include <array>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "common/json/mend.h"
#include "common/json/path.h"

namespace causeway::egress {
namespace {

constexpr char kMessage[] = "https://ns.adobe.com/experience/campaign/message";
constexpr char kMessageFailure[] = "https://ns.adobe.com/experience/campaign/messageFailure";
constexpr char kDelivery[] = "https://ns.adobe.com/experience/campaign/delivery";
constexpr char kCampaign[] = "https://ns.adobe.com/experience/campaign/marketingCampaign";
constexpr char kLink[] = "https://ns.adobe.com/experience/campaign/link";
constexpr char kMirrorPage[] = "https://ns.adobe.com/experience/campaign/mirrorPageUrl";
// In newer logs, beside each other instead of within message, delivery and the like.
constexpr char kExternalId[] = "https://ns.adobe.com/experience/campaign/externalID";
constexpr char kDeliveryLabel[] = "https://ns.adobe.com/experience/campaign/deliveryLabel";
constexpr char kDeliveryName[] = "https://ns.adobe.com/experience/campaign/deliveryName";
constexpr char kCampaignName[] = "https://ns.adobe.com/experience/campaign/campaignName";
constexpr char kUrl[] = "https://ns.adobe.com/experience/campaign/url";

constexpr std::array<std::pair<EventType, absl::string_view>, 5> kNames = {{{EventType::kSend, "send"},
                                                                            {EventType::kOpen, "open"},
                                                                            {EventType::kClick, "click"},
                                                                            {EventType::kBounce, "bounce"},
                                                                            {EventType::kOther, "other"}}};

// The first that isn't empty.
std::string FirstOf(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return "";
}

bool Happened(const boost::json::value& xdm, absl::string_view what) {
  return json::NumberAt(xdm, {"xdm:directMarketing", what, "xdm:value"}).value_or(0) >= 1;
}

// A mark of the message, flat or within it.
bool IsMarked(const boost::json::value& xdm, absl::string_view mark) {
  return json::TrueAt(xdm, {absl::StrCat("https://ns.adobe.com/experience/campaign/", mark)}) ||
         json::TrueAt(xdm, {kMessage, absl::StrCat("xdm:", mark)}) || json::TrueAt(xdm, {kMessage, mark});
}

// A bounce by itself is a temporary one; that of an address that goes into quarantine isn't.
bool IsHardBounce(const boost::json::value& xdm) {
  const std::string failure =
      FirstOf({json::TextAt(xdm, {kMessageFailure, "xdm:bounceType"}), json::TextAt(xdm, {kMessageFailure, "bounceType"})});
  return Happened(xdm, "xdm:nonDeliverables") || absl::EqualsIgnoreCase(failure, "hard") ||
         (Happened(xdm, "xdm:bounces") && IsMarked(xdm, "quarantine"));
}

EventType TypeOf(const boost::json::value& xdm) {
  if (Happened(xdm, "xdm:sends")) return EventType::kSend;
  if (Happened(xdm, "xdm:opens")) return EventType::kOpen;
  if (Happened(xdm, "xdm:clicks")) return EventType::kClick;
  if (IsHardBounce(xdm)) return EventType::kBounce;
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

// In lower case; empty: there is none that is a GUID.
std::string ContactIdOf(const boost::json::value& xdm, absl::string_view path) {
  const std::vector<std::string> candidates =
      path.empty() ? std::vector{json::TextAt(xdm, {kExternalId}), json::TextAt(xdm, {kMessage, "xdm:externalID"})}
                   : std::vector{json::TextOf(json::AtPointer(xdm, path))};
  for (const std::string& candidate : candidates) {
    if (IsGuid(candidate)) return absl::AsciiStrToLower(candidate);
  }
  return "";
}

// InfinitePast: it has none that can be read.
absl::Time TimeOf(const boost::json::value& envelope, const boost::json::value& xdm) {
  for (const std::string& text : {json::TextAt(xdm, {"xdm:timestamp"}), json::TextAt(envelope, {"time"})}) {
    absl::Time time;
    const bool read = absl::ParseTime(absl::RFC3339_full, text, &time, nullptr);
    if (read && time != absl::InfiniteFuture() && time != absl::InfinitePast()) return time;
  }
  return absl::InfinitePast();
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

absl::StatusOr<Event> ParseEvent(absl::string_view text, absl::string_view contact_id_path) {
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
  // Two such ids may be the same although they were different, and the second event would be taken for the first.
  if (json::IsDamaged(event.id)) return Unusable("its id is damaged", text);
  if (event.time == absl::InfinitePast()) return Unusable("it has no time that can be read", text);
  event.contact_id = ContactIdOf(xdm, contact_id_path);
  event.test = IsMarked(xdm, "seedMember") || IsMarked(xdm, "proofMember");
  event.campaign_name =
      FirstOf({json::TextAt(xdm, {kCampaign, "xdm:campaignName"}), json::TextAt(xdm, {kCampaignName})});
  event.delivery_name =
      FirstOf({json::TextAt(xdm, {kDelivery, "xdm:deliveryLabel"}), json::TextAt(xdm, {kDelivery, "xdm:deliveryName"}),
               json::TextAt(xdm, {kDeliveryLabel}), json::TextAt(xdm, {kDeliveryName})});
  event.mirror_page_url = json::TextAt(xdm, {kMirrorPage});
  if (event.type == EventType::kClick)
    event.tracking_url = FirstOf({json::TextAt(xdm, {kLink, "xdm:url"}), json::TextAt(xdm, {kUrl})});
  return event;
}

}  // namespace causeway::egress
