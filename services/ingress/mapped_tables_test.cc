// What both systems say of themselves before anything is written.
#include "services/ingress/mapped_tables.h"

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingress/testing.h"

namespace causeway::ingress {
namespace {

using ::testing::HasSubstr;

constexpr char kOops[] = R"({"code":502,"message":"Oops. Something went wrong. Check your URI and try again."})";

class MappedTablesTest : public testing::IngressRun {
 protected:
  v1::TableMapping& Mapping() { return *definition_.mutable_table_mappings(0); }

  void MapGender() {
    AddField("gendercode", "gender");
    AnswerMetadata(R"(,{"LogicalName":"gendercode","AttributeType":"Picklist","IsValidForRead":true})",
                   R"(,"gender":{"apiName":"gender","type":"enumeration"})");
  }
  void MapBirthDate(const std::string& behavior = "UserLocal") {
    AddField("birthdate", "birthDate");
    AnswerMetadata(R"(,{"LogicalName":"birthdate","AttributeType":"DateTime","IsValidForRead":true})",
                   R"(,"birthDate":{"apiName":"birthDate","type":"date"})");
    http_.Answer("DateTimeAttributeMetadata", 200,
                 absl::StrCat(R"({"value":[{"LogicalName":"birthdate","DateTimeBehavior":{"Value":")", behavior, R"("}}]})"));
  }
  void AnswerUserZone(const std::string& windows_name) {
    http_.Answer("usersettingscollection(u1)?$select=timezonecode", 200, R"({"timezonecode":110})");
    http_.Answer("timezonedefinitions?$select=standardname&$filter=timezonecode%20eq%20110", 200,
                 absl::StrCat(R"({"value":[{"standardname":")", windows_name, R"("}]})"));
  }
  // The body of the profile that a row with this further member makes.
  std::string BodyOf(const std::string& member) {
    http_.Answer(absl::StrCat("POST ", testing::kProfiles), 201, R"({"PKey":"@1","href":"x"})");
    std::string row = Row("Lovelace");
    row.insert(row.size() - 1, "," + member);
    const engine::Write write = Write(row);
    return write.status.ok() ? http_.requests().back().body : std::string(write.status.message());
  }
};

TEST_F(MappedTablesTest, I11_RowsWithoutLabelsGetThoseOfTheMetadata) {
  Mapping().set_picklist_values(v1::TableMapping::PICKLIST_VALUES_DISPLAY);
  MapGender();
  http_.Answer("PicklistAttributeMetadata", 200,
               R"({"OptionSet":{"Options":[{"Value":2,"Label":{"UserLocalizedLabel":{"Label":"Female"}}}]}})");
  ASSERT_TRUE(Prepare().ok());
  EXPECT_THAT(BodyOf(R"("gendercode":2)"), HasSubstr(R"("gender":"Female")"));
}

TEST_F(MappedTablesTest, I11_LabelsThatCantBeAskedForAreWaitedFor) {
  Mapping().set_picklist_values(v1::TableMapping::PICKLIST_VALUES_DISPLAY);
  MapGender();
  http_.Answer("PicklistAttributeMetadata", 503, "");
  EXPECT_TRUE(errors::IsTransient(Prepare()));
}

TEST_F(MappedTablesTest, I8_ALabelInAReplacementIsToldItsNumber) {
  AddField("gendercode", "gender");
  Mapping().mutable_fields(2)->add_replacements()->set_from("Female");
  AnswerMetadata(R"(,{"LogicalName":"gendercode","AttributeType":"Picklist","IsValidForRead":true})",
                 R"(,"gender":{"apiName":"gender","type":"enumeration"})");
  http_.Answer("PicklistAttributeMetadata", 200,
               R"({"OptionSet":{"Options":[{"Value":2,"Label":{"UserLocalizedLabel":{"Label":"Female"}}}]}})");
  const absl::Status prepared = Prepare();
  EXPECT_TRUE(errors::Is(prepared, errors::kMappingInvalid)) << prepared;
  EXPECT_THAT(std::string(prepared.message()), HasSubstr("write 2."));
}

TEST_F(MappedTablesTest, I4_ADayIsThatOfTheApplicationUser) {
  MapBirthDate();
  AnswerUserZone("W. Europe Standard Time");
  ASSERT_TRUE(Prepare().ok());
  EXPECT_THAT(BodyOf(R"("birthdate":"1984-02-28T23:00:00Z")"), HasSubstr(R"("birthDate":"1984-02-29")"));
}

TEST_F(MappedTablesTest, I4_TheMappingsTimeZoneComesFirst) {
  Mapping().set_time_zone("America/New_York");
  MapBirthDate();
  ASSERT_TRUE(Prepare().ok());
  EXPECT_TRUE(http_.RequestsOf("usersettings").empty());
  EXPECT_THAT(BodyOf(R"("birthdate":"1984-02-29T05:00:00Z")"), HasSubstr(R"("birthDate":"1984-02-29")"));
}

TEST_F(MappedTablesTest, I4_AZoneThatCantBeReadIsUtc) {
  MapBirthDate();
  http_.Answer("usersettingscollection", 403, R"({"error":{"code":"0x80040220","message":"no privilege"}})");
  ASSERT_TRUE(Prepare().ok());
  EXPECT_THAT(BodyOf(R"("birthdate":"1984-02-28T23:00:00Z")"), HasSubstr(R"("birthDate":"1984-02-28")"));
}

TEST_F(MappedTablesTest, I4_AZoneThatIsAwayIsWaitedFor) {
  MapBirthDate();
  http_.Answer("usersettingscollection", 503, "");
  EXPECT_TRUE(errors::IsTransient(Prepare()));
}

// Other days are written, so the table has to be read again.
TEST_F(MappedTablesTest, I3_AnotherZoneOfTheUserIsAnotherFingerprint) {
  MapBirthDate();
  AnswerUserZone("W. Europe Standard Time");
  ASSERT_TRUE(Prepare().ok());
  const std::string berlin = ends_.source->Fingerprint("contact");
  AnswerMetadata(R"(,{"LogicalName":"birthdate","AttributeType":"DateTime","IsValidForRead":true})",
                 R"(,"birthDate":{"apiName":"birthDate","type":"date"})");
  http_.Answer("DateTimeAttributeMetadata", 200,
               R"({"value":[{"LogicalName":"birthdate","DateTimeBehavior":{"Value":"UserLocal"}}]})");
  AnswerUserZone("Tokyo Standard Time");
  ASSERT_TRUE(Prepare().ok());
  EXPECT_NE(ends_.source->Fingerprint("contact"), berlin);
}

TEST_F(MappedTablesTest, I4_DaysThatNeedNoZoneAskForNone) {
  MapBirthDate("DateOnly");
  ASSERT_TRUE(Prepare().ok());
  EXPECT_TRUE(http_.RequestsOf("usersettings").empty());
  EXPECT_THAT(BodyOf(R"("birthdate":"1984-02-29")"), HasSubstr(R"("birthDate":"1984-02-29")"));
}

TEST_F(MappedTablesTest, I4_WhatIsTooLongForAProfileIsRefusedWithoutACall) {
  AddField("salutation", "salutation");
  AnswerMetadata(R"(,{"LogicalName":"salutation","AttributeType":"String","IsValidForRead":true})",
                 R"(,"salutation":{"apiName":"salutation","type":"string"})");
  ASSERT_TRUE(Prepare().ok());
  std::string row = Row("Lovelace");
  row.insert(row.size() - 1, R"(,"salutation":"Countess of Lovelace.")");
  const engine::Write write = Write(row);
  EXPECT_TRUE(errors::Is(write.status, errors::kMappingValue)) << write.status;
  EXPECT_EQ(write.calls, 0);
  EXPECT_THAT(BodyOf(R"("salutation":"Countess of Lovelace")"), HasSubstr("Countess"));
}

TEST_F(MappedTablesTest, EnumerationsHoldNoneInsteadOfNothing) {
  AddField("language", "preferredLanguage");
  AnswerMetadata(R"(,{"LogicalName":"language","AttributeType":"String","IsValidForRead":true})",
                 R"(,"preferredLanguage":{"apiName":"preferredLanguage","type":"enumeration"})");
  ASSERT_TRUE(Prepare().ok());
  EXPECT_THAT(BodyOf(R"("language":null)"), HasSubstr(R"("preferredLanguage":"none")"));
}

// Kin: what of it stays when only the address changes.
TEST_F(MappedTablesTest, I3_AnAddressDiffersByTheUrlAndKinDoesNot) {
  const auto numbers = [this](auto edit) {
    v1::Definition definition = definition_;
    edit(*definition.mutable_connections(1)->mutable_campaign(), *definition.mutable_table_mappings(0));
    const engine::Ends ends = connectors_.Make(world_, definition);
    return std::make_pair(ends.destination->Address("contact"), ends.destination->Kin("contact"));
  };
  const auto [address, kin] = numbers([](auto&, auto&) {});
  EXPECT_NE(kin, 0u);
  const auto alias = numbers([](auto& campaign, auto&) { campaign.set_url("https://mc.example"); });
  EXPECT_NE(alias.first, address);
  EXPECT_EQ(alias.second, kin);
  const auto others = {numbers([](auto& campaign, auto&) { campaign.set_tenant("contoso-stage"); }),
                       numbers([](auto&, auto& mapping) { mapping.set_target_resource("cusContact"); }),
                       numbers([](auto&, auto& mapping) { mapping.set_target_key("email"); })};
  for (const auto& other : others) {
    EXPECT_NE(other.first, address);
    EXPECT_NE(other.second, kin);
  }
}

TEST_F(MappedTablesTest, W5_AWrongTenantIsToldAtOnce) {
  http_.Answer("resourceType/profile", 502, kOops);
  AnswerMetadata();
  const absl::Status prepared = Prepare();
  EXPECT_TRUE(errors::Is(prepared, errors::kCampaignUri)) << prepared;
  EXPECT_TRUE(ends_.destination->MayBeOutage(prepared));
  EXPECT_NE(ends_.destination->Address("contact"), 0u) << "known without an answer";
}

TEST_F(MappedTablesTest, W5_WhatHasAnsweredIsWaitedFor) {
  Begin();
  http_.Answer("POST", 502, kOops);
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::Is(write.status, errors::kCampaignUnavailable)) << write.status;
  EXPECT_THAT(std::string(write.status.message()), HasSubstr("Check your URI"));
}

}  // namespace
}  // namespace causeway::ingress
