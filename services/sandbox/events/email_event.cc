#include "services/sandbox/events/email_event.h"

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"

namespace causeway::sandbox::events {
namespace {

constexpr char kNamespace[] = "https://ns.adobe.com/experience/campaign/";

std::string_view Marketing(EmailEventType type) {
  switch (type) {
    case EmailEventType::kSend:
      return R"("xdm:sends":{"xdm:value":1})";
    case EmailEventType::kOpen:
      return R"("xdm:opens":{"xdm:value":1})";
    case EmailEventType::kClick:
      return R"("xdm:clicks":{"xdm:value":1})";
    case EmailEventType::kHardBounce:
      return R"("xdm:bounces":{"xdm:value":1,"xdm:bounceType":"hard"})";
    case EmailEventType::kSoftBounce:
      return R"("xdm:bounces":{"xdm:value":1,"xdm:bounceType":"soft"})";
    case EmailEventType::kUnsubscribe:
      return R"("xdm:unsubscriptions":{"xdm:value":1})";
  }
  return "";
}

}  // namespace

std::string MirrorPageOf(const EmailEvent& event) { return Cat("https://mirror.example/", event.id); }
std::string LinkOf(const EmailEvent& event) { return Cat("https://shop.example/?e=", event.id); }

std::string JsonOf(const EmailEvent& event, size_t bytes) {
  std::string time;
  AppendMillisecondTime(event.time_ms, time);
  std::string json;
  Append(json, R"({"specversion":"1.0","id":)", JsonString(event.id), R"(,"source":"urn:uuid:campaign-standard",)",
         R"("type":"com.adobe.campaign.experience","time":)", JsonString(time), R"(,"data":{"xdm:timestamp":)",
         JsonString(time), R"(,"xdm:directMarketing":{)", Marketing(event.type), R"(},")", kNamespace,
         R"(message":{"xdm:id":)", JsonString(Cat("m-", event.id)));
  if (!event.contact_id.empty()) Append(json, R"(,"xdm:externalID":)", JsonString(event.contact_id));
  Append(json, R"(},")", kNamespace, R"(delivery":{"xdm:deliveryName":)", JsonString(event.delivery),
         R"(,"xdm:deliveryLabel":)", JsonString(event.delivery), R"(},")", kNamespace,
         R"(marketingCampaign":{"xdm:campaignName":)", JsonString(event.campaign), R"(},")", kNamespace,
         R"(mirrorPageUrl":)", JsonString(MirrorPageOf(event)));
  if (event.type == EmailEventType::kClick) {
    Append(json, R"(,")", kNamespace, R"(link":{"xdm:url":)", JsonString(LinkOf(event)), "}");
  }
  if (json.size() < bytes) Append(json, R"(,"xdm:profile":)", JsonString(std::string(bytes - json.size(), 'x')));
  json += "}}";
  return json;
}

}  // namespace causeway::sandbox::events
