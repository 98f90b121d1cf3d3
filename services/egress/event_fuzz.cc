// Events of the journal: nothing crashes, and what is read of one can be written.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "services/egress/activity.h"
#include "services/egress/testing.h"

namespace egress = causeway::egress;

std::vector<std::string> FuzzCorpus() {
  using egress::testing::EventJson;
  return {EventJson("e1", egress::testing::kSend), EventJson("e2", egress::testing::kClick),
          EventJson("é€😀", egress::testing::kHardBounce), EventJson("e4", egress::testing::kSoftBounce),
          EventJson("\\ud83d", egress::testing::kOpen), EventJson("e6", egress::testing::kSend, "\\ude00\xff")};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto event = egress::ParseEvent(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!event.ok() || event->type == egress::EventType::kOther) return 0;
  EXPECT_FALSE(event->id.empty());
  egress::ActivityTable table;
  table.logical_name = "adobe_emailclick";
  table.primary_id = "activityid";
  const egress::Activity activity = egress::ActivityOf(*event, table);
  EXPECT_EQ(activity.id.size(), 36u);
  EXPECT_EQ(egress::RowOf(activity).find_first_of("\r\n"), std::string::npos) << "it is a part of a $batch";
  return 0;
}
