#include "services/controller/validation.h"

#include "absl/strings/str_cat.h"
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

std::vector<std::string> FieldsOf(const v1::TableMapping& mapping) {
  std::vector<Violation> violations;
  CheckTableMapping(mapping, Limits(), violations);
  std::vector<std::string> fields;
  for (const Violation& violation : violations) fields.push_back(violation.field);
  return fields;
}

TEST(CheckSettings, E3_AJournalsAddressNamesNoPosition) {
  for (const char* query : {"?latest=true", "?limit=2&since=abc", "?SEEK=-PT2H", "?latest"}) {
    v1::EgressSettings egress = Sends();
    egress.set_journal_url(absl::StrCat("https://events.example/j", query));
    EXPECT_THAT(FieldsOf(egress), ElementsAre("settings.egress.journal_url")) << query;
  }
  for (const char* query : {"", "?begin=latest", "?x=1", "#since=1"}) {
    v1::EgressSettings egress = Sends();
    egress.set_journal_url(absl::StrCat("https://events.example/since", query));
    EXPECT_THAT(FieldsOf(egress), IsEmpty()) << query;
  }
}

TEST(CheckConnection, AnEnvironmentsAddressHasNoPath) {
  const auto fields = [](const std::string& url) {
    v1::Connection connection;
    connection.mutable_dynamics365()->set_url(url);
    connection.mutable_dynamics365()->set_tenant_id("t");
    connection.mutable_dynamics365()->set_client_id("c");
    std::vector<Violation> violations;
    CheckConnection(connection, "dynamics365", violations);
    std::vector<std::string> fields;
    for (const Violation& violation : violations) fields.push_back(violation.field);
    return fields;
  };
  for (const char* url : {"https://contoso.crm.dynamics.com", "https://contoso.crm.dynamics.com/", "http://localhost:8080"}) {
    EXPECT_THAT(fields(url), IsEmpty()) << url;
  }
  for (const char* url : {"https://contoso.crm.dynamics.com/api/data/v9.2", "https://contoso.crm.dynamics.com//", "https://contoso.crm.dynamics.com?x",
                          "https://contoso.crm.dynamics.com/#/apps", "contoso"}) {
    EXPECT_THAT(fields(url), ElementsAre("dynamics365.url")) << url;
  }
}

TEST(CheckTableMapping, NamesHoldNothingThatCantBeSeen) {
  v1::TableMapping mapping;
  mapping.set_source_table("contact");
  mapping.set_target_resource("profile");
  mapping.set_target_key("externalId");
  const auto add = [&](const char* column, const char* field) {
    mapping.add_fields()->set_source_column(column);
    mapping.mutable_fields(mapping.fields_size() - 1)->set_target_field(field);
  };
  add("contactid", "externalId");
  EXPECT_THAT(FieldsOf(mapping), IsEmpty());
  add("lastname", "last\u202eName");
  add("first name", "firstName");
  add("lastname\u200b", "lastName");
  EXPECT_THAT(FieldsOf(mapping), ElementsAre("fields[1].target_field", "fields[2].source_column", "fields[3].source_column"));
}

TEST(CheckDisplayName, TextThatCouldShowAsSomethingElseIsRefused) {
  const auto refused = [](const std::string& name) {
    std::vector<Violation> violations;
    CheckDisplayName(name, violations);
    return !violations.empty();
  };
  for (const char* name : {"a\nb", "a\x7f", "a\u0085", "a\u009b", "a\u202e", "a\u2028", "a\u2066", "a\u200e", "\ufeffa", "a\u200b", "a\U000e0041"}) {
    EXPECT_TRUE(refused(name)) << name;
  }
  for (const char* name : {"Contoso GmbH & Co. KG", "Société Générale", "株式会社", "شرکت\u200cها", "👩\u200d💻", "a\u00a0b"}) {
    EXPECT_FALSE(refused(name)) << name;
  }
}

}  // namespace
}  // namespace causeway::controller
