// Events as tests need them.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"

namespace causeway::egress::testing {

inline constexpr char kContact[] = "0a1b2c3d-0000-4000-8000-00000000000a";

// An event as the journal carries it. `what`: the member of xdm:directMarketing, {"xdm:value":1} and so on. `more`: members
// of the XDM event, each behind a comma.
inline std::string EventJson(const std::string& id, const std::string& what, const std::string& contact = kContact,
                             const std::string& time = "2026-03-01T12:00:00.500Z", const std::string& more = "") {
  return absl::StrCat(
      R"({"id":")", id, R"(","type":"e","time":")", time, R"(","data":{"xdm:timestamp":")", time,
      R"(","xdm:directMarketing":{)", what,
      R"(},"https://ns.adobe.com/experience/campaign/message":{"xdm:externalID":")", contact,
      R"("},"https://ns.adobe.com/experience/campaign/delivery":{"xdm:deliveryName":"DM1","xdm:deliveryLabel":"Spring mail"},)",
      R"("https://ns.adobe.com/experience/campaign/marketingCampaign":{"xdm:campaignName":"Spring"},)",
      R"("https://ns.adobe.com/experience/campaign/link":{"xdm:url":"https://shop.example/x"},)",
      R"("https://ns.adobe.com/experience/campaign/mirrorPageUrl":"https://mirror.example/1")", more, "}}");
}

inline constexpr char kSend[] = R"("xdm:sends":{"xdm:value":1})";
inline constexpr char kOpen[] = R"("xdm:opens":{"xdm:value":1})";
inline constexpr char kClick[] = R"("xdm:clicks":{"xdm:value":1})";
inline constexpr char kHardBounce[] = R"("xdm:nonDeliverables":{"xdm:value":1})";
inline constexpr char kSoftBounce[] = R"("xdm:bounces":{"xdm:value":1})";

}  // namespace causeway::egress::testing
