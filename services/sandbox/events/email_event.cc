#include "services/sandbox/events/email_event.h"

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"

namespace causeway::sandbox::events {
namespace {

constexpr char kNamespace[] = "https://ns.adobe.com/experience/campaign/";

constexpr std::string_view kNumbers[] = {"1", "1.0", "\"1\""};

// What happened, within xdm:directMarketing; and what stands beside it.
struct Happening {
  std::string marketing, beside;
};

std::string Count(std::string_view what, std::string_view number) {
  return Cat("\"xdm:", what, R"(":{"xdm:value":)", number, "}");
}

std::string Failure(std::string_view type) {
  return Cat(R"(,")", kNamespace, R"(messageFailure":{"xdm:bounceType":")", type, R"("})");
}

Happening HardBounce(EventForm form, std::string_view number) {
  switch (form) {
    case EventForm::kNested:
      return {Count("nonDeliverables", number), ""};
    case EventForm::kFlat:
      return {Count("bounces", number), Failure("hard")};
    case EventForm::kQuarantine:
      return {Count("bounces", number), ""};
  }
  return {};
}

Happening HappeningOf(const EmailEvent& event) {
  const std::string_view number = kNumbers[event.number_form];
  switch (event.type) {
    case EmailEventType::kSend:
      return {Count("sends", number), ""};
    case EmailEventType::kOpen:
      return {Count("opens", number), ""};
    case EmailEventType::kClick:
      return {Count("clicks", number), ""};
    case EmailEventType::kHardBounce:
      return HardBounce(event.form, number);
    case EmailEventType::kSoftBounce:
      return {Count("bounces", number), Failure("soft")};
    case EmailEventType::kUnsubscribe:
      return {Count("unsubscriptions", number), ""};
  }
  return {};
}

// A member of Campaign's namespace.
void Member(std::string_view name, std::string_view json, std::string& out) {
  Append(out, R"(,")", kNamespace, name, R"(":)", json);
}

// U+FFFD stands for half of a surrogate pair.
std::string NameJson(const EmailEvent& event, std::string_view name) {
  std::string json = JsonString(name);
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  const size_t at = event.cut_emoji ? json.find(kReplacement) : std::string::npos;
  if (at != std::string::npos) json.replace(at, kReplacement.size(), "\\ud83d");
  return json;
}

void AppendMessage(const EmailEvent& event, std::string& json) {
  const bool flat = event.form == EventForm::kFlat;
  const bool quarantined = event.form == EventForm::kQuarantine && event.type == EmailEventType::kHardBounce;
  Append(json, R"(,")", kNamespace, R"(message":{"xdm:id":)", JsonString(Cat("m-", event.id)));
  if (!event.contact_id.empty() && !flat) Append(json, R"(,"xdm:externalID":)", JsonString(event.contact_id));
  if (quarantined) json += R"(,"xdm:quarantine":true)";
  if (event.seed && !flat) json += R"(,"xdm:seedMember":true)";
  json += '}';
  if (!event.contact_id.empty() && flat) Member("externalID", JsonString(event.contact_id), json);
  if (event.seed && flat) Member("proofMember", "true", json);
}

void AppendNames(const EmailEvent& event, std::string& json) {
  const std::string delivery = JsonString(event.delivery), campaign = NameJson(event, event.campaign);
  if (event.form == EventForm::kFlat) {
    Member("deliveryName", delivery, json);
    Member("campaignName", campaign, json);
  } else {
    Member("delivery", Cat(R"({"xdm:deliveryName":)", delivery, R"(,"xdm:deliveryLabel":)", delivery, "}"), json);
    Member("marketingCampaign", Cat(R"({"xdm:campaignName":)", campaign, "}"), json);
  }
  Member("mirrorPageUrl", JsonString(MirrorPageOf(event)), json);
  if (event.type != EmailEventType::kClick) return;
  const std::string link = JsonString(LinkOf(event));
  if (event.form == EventForm::kFlat)
    Member("url", link, json);
  else
    Member("link", Cat(R"({"xdm:url":)", link, "}"), json);
}

}  // namespace

std::string MirrorPageOf(const EmailEvent& event) { return Cat("https://mirror.example/", event.id); }
std::string LinkOf(const EmailEvent& event) { return Cat("https://shop.example/?e=", event.id); }

std::string JsonOf(const EmailEvent& event, size_t bytes) {
  std::string time;
  AppendMillisecondTime(event.time_ms, time);
  const Happening happening = HappeningOf(event);
  std::string json;
  Append(json, R"({"specversion":"1.0","id":)", JsonString(event.id), R"(,"source":"urn:uuid:campaign-standard",)",
         R"("type":"com.adobe.campaign.experience","time":)", JsonString(time), R"(,"data":{"xdm:timestamp":)",
         JsonString(time), R"(,"xdm:directMarketing":{)", happening.marketing, "}", happening.beside);
  AppendMessage(event, json);
  AppendNames(event, json);
  if (json.size() < bytes) Append(json, R"(,"xdm:profile":)", JsonString(std::string(bytes - json.size(), 'x')));
  json += "}}";
  return json;
}

}  // namespace causeway::sandbox::events
