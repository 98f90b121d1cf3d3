#include "services/controller/validation.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

std::vector<std::string> FieldsOf(const v1::EgressSettings& egress) {
  v1::WorkflowSettings settings;
  *settings.mutable_egress() = egress;
  std::vector<Violation> violations;
  CheckSettings(settings, v1::WORKFLOW_TYPE_EGRESS, kNow, violations);
  std::vector<std::string> fields;
  for (const Violation& violation : violations) fields.push_back(violation.field);
  return fields;
}

v1::EgressSettings Sends() {
  v1::EgressSettings egress;
  egress.set_sends(true);
  egress.set_journal_url("https://events.example/j");
  return egress;
}

TEST(CheckSettings, E3_ATimeToBeginAtLiesInThePast) {
  v1::EgressSettings egress = Sends();
  egress.set_start_from(v1::EgressSettings::START_FROM_TIME);
  EXPECT_THAT(FieldsOf(egress), ElementsAre("settings.egress.start_time"));
  egress.mutable_start_time()->set_seconds(1'800'000'001);
  EXPECT_THAT(FieldsOf(egress), ElementsAre("settings.egress.start_time"));
  egress.mutable_start_time()->set_seconds(1'799'999'999);
  EXPECT_THAT(FieldsOf(egress), IsEmpty());
}

TEST(CheckSettings, E5_AContactIdPathIsNamesJoinedBySlashes) {
  v1::EgressSettings egress = Sends();
  for (const char* path : {"", "externalID", "own/contact", "https:~1~1ns.adobe.com~1experience~1campaign~1message/xdm:externalID",
                           "a~0b", "a~01"}) {
    egress.set_contact_id_path(path);
    EXPECT_THAT(FieldsOf(egress), IsEmpty()) << path;
  }
  for (const char* path : {"/a", "a/", "a//b", "https://ns.adobe.com/experience", "a~b", "a~2", "~", "/"}) {
    egress.set_contact_id_path(path);
    EXPECT_THAT(FieldsOf(egress), ElementsAre("settings.egress.contact_id_path")) << path;
  }
}

}  // namespace
}  // namespace causeway::controller
