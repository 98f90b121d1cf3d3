#include "services/sandbox/control/expected_activity.h"

#include <stdexcept>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"

namespace causeway::sandbox {
namespace {

using events::EmailEventType;

// As Dataverse gives it back: in whole seconds.
std::string TimeToken(int64_t time_ms) {
  std::string token = "\"";
  AppendODataTime(time_ms, token);
  return token + '"';
}

}  // namespace

ActivityNames::ActivityNames(const boost::json::object& others)
    : names_{{"send", "adobe_emailsend"},
             {"open", "adobe_emailopen"},
             {"click", "adobe_emailclick"},
             {"bounce", "adobe_emailbounce"},
             {"campaign_name_column", "adobe_campaignname"},
             {"delivery_name_column", "adobe_deliveryname"},
             {"date_column", ""},
             {"send_date_column", "adobe_senton"},
             {"open_date_column", "adobe_openedon"},
             {"click_date_column", "adobe_clickedon"},
             {"bounce_date_column", "adobe_bouncedon"},
             {"mirror_page_url_column", "adobe_mirrorpageurl"},
             {"tracking_url_column", "adobe_trackingurl"}} {
  for (const auto& [key, value] : others) {
    const auto known = names_.find(std::string_view(key));
    if (known == names_.end() || !value.is_string())
      throw std::invalid_argument(Cat("there is nothing to name ", std::string_view(key)));
    known->second = value.as_string();
  }
}

std::string_view ActivityNames::TableOf(EmailEventType type) const {
  switch (type) {
    case EmailEventType::kSend:
      return (*this)["send"];
    case EmailEventType::kOpen:
      return (*this)["open"];
    case EmailEventType::kClick:
      return (*this)["click"];
    case EmailEventType::kHardBounce:
      return (*this)["bounce"];
    default:
      return "";
  }
}

std::string_view ActivityNames::DateColumnOf(EmailEventType type) const {
  if (!(*this)["date_column"].empty()) return (*this)["date_column"];
  switch (type) {
    case EmailEventType::kOpen:
      return (*this)["open_date_column"];
    case EmailEventType::kClick:
      return (*this)["click_date_column"];
    case EmailEventType::kHardBounce:
      return (*this)["bounce_date_column"];
    default:
      return (*this)["send_date_column"];
  }
}

std::vector<ExpectedActivity::Value> ExpectedActivity::Of(const events::EmailEvent& event) const {
  std::vector<Value> values = {
      {"subject", JsonString(Cat("Campaign Name: ", event.campaign, "; Delivery Name: ", event.delivery))},
      {names_["campaign_name_column"], JsonString(event.campaign)},
      {names_["delivery_name_column"], JsonString(event.delivery)},
      {names_.DateColumnOf(event.type), TimeToken(event.time_ms)},
      {names_["mirror_page_url_column"], JsonString(events::MirrorPageOf(event))},
      {"regardingobjectid", JsonString(event.contact_id)},
      {"regardingobjectidtype", JsonString("contact")},
      {"statecode", "1"},   // Completed
      {"statuscode", "2"},  // Completed
      {"ownerid", JsonString(user_)}};
  const bool click = event.type == EmailEventType::kClick;
  values.push_back({names_["tracking_url_column"], click ? JsonString(events::LinkOf(event)) : ""});
  return values;
}

}  // namespace causeway::sandbox
