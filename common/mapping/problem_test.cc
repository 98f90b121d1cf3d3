#include "common/mapping/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/mapping/default_mapping.h"
#include "common/mapping/test_schema.h"

namespace causeway::mapping {
namespace {

using test::Add;
using test::KeyOnly;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Texts(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(absl::StrCat(problem.field, " ", problem.code.id));
  return texts;
}

std::vector<std::string> Check(const v1::TableMapping& mapping) {
  return Texts(Mapper::Check(mapping, test::ContactColumns(), test::ProfileFields()));
}

TEST(CheckDefinition, TheDefaultMappingHasNoProblem) {
  EXPECT_THAT(CheckDefinition(DefaultContactMapping()), IsEmpty());
}

TEST(CheckDefinition, NamesEverythingThatIsMissing) {
  v1::TableMapping mapping;
  mapping.add_fields();
  EXPECT_THAT(Texts(CheckDefinition(mapping)),
              ElementsAre("source_table CW-MAP-INVALID", "target_resource CW-MAP-INVALID", "target_key CW-MAP-INVALID",
                          "fields[0].source_column CW-MAP-INVALID", "fields[0].target_field CW-MAP-INVALID"));
}

TEST(CheckDefinition, I6_OneFieldIsMappedOnce) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "firstname", "firstName");
  Add(mapping, "lastname", "firstName");
  EXPECT_THAT(Texts(CheckDefinition(mapping)), ElementsAre("fields[2].target_field CW-MAP-INVALID"));
}

TEST(CheckDefinition, I8_AReplacementThatNeverMatchesIsRefused) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "donotbulkemail", "blackListEmail").add_replacements()->set_from("True");
  v1::FieldMapping& gender = Add(mapping, "gendercode", "gender");
  gender.add_replacements()->set_from("2");
  gender.add_replacements()->set_from("Female");
  EXPECT_THAT(Check(mapping), ElementsAre("fields[1].replacements[0].from CW-MAP-INVALID", "fields[2].replacements[1].from CW-MAP-INVALID"));
  const std::vector<Problem> problems = Mapper::Check(mapping, test::ContactColumns(), test::ProfileFields());
  EXPECT_EQ(problems[1].reason,
            "\"Female\" never occurs in column gendercode (Picklist): the number is compared, not what is displayed: write 2.");
}

TEST(CheckDefinition, I8_WhatIsWrittenInsteadFitsTheType) {
  v1::TableMapping mapping = KeyOnly();
  v1::FieldMapping& opt_out = Add(mapping, "donotbulkemail", "blackListEmail");
  opt_out.set_target_type(v1::FIELD_TYPE_BOOLEAN);
  opt_out.add_replacements()->set_to("yes");
  EXPECT_THAT(Texts(CheckDefinition(mapping)), ElementsAre("fields[1].replacements[0].to CW-MAP-INVALID"));
  EXPECT_THAT(Check(mapping), ElementsAre("fields[1].replacements[0].to CW-MAP-INVALID")) << "told once";
  opt_out.mutable_replacements(0)->set_to(" True ");
  EXPECT_THAT(Texts(CheckDefinition(mapping)), IsEmpty());
}

TEST(CheckDefinition, WhatCampaignComputesIsNotWritten) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "salutation", "title");
  Add(mapping, "modifiedon", "blackListEmailLastModified");
  Add(mapping, "createdon", "created");
  Add(mapping, "lastname", "cusLastModified");
  EXPECT_THAT(Texts(CheckDefinition(mapping)), ElementsAre("fields[1].target_field CW-MAP-INVALID", "fields[2].target_field CW-MAP-INVALID",
                                                           "fields[3].target_field CW-MAP-INVALID"));
  mapping.set_target_resource("cusOrder");
  EXPECT_THAT(Texts(CheckDefinition(mapping)), IsEmpty());
}

TEST(CheckDefinition, ATimeZoneExists) {
  v1::TableMapping mapping = KeyOnly();
  mapping.set_time_zone("Europe/Amsterdam");
  EXPECT_THAT(Texts(CheckDefinition(mapping)), IsEmpty());
  for (const char* name : {"Amsterdam", "localtime", "/etc/localtime", "+01:00", "W. Europe Standard Time"}) {
    mapping.set_time_zone(name);
    EXPECT_THAT(Texts(CheckDefinition(mapping)), ElementsAre("time_zone CW-MAP-INVALID")) << name;
  }
}

TEST(ToStatus, WhatIsTheSameOfSeveralIsToldOnce) {
  v1::TableMapping mapping = KeyOnly();
  for (const char* field : {"cusA", "cusB", "cusC"}) Add(mapping, "lastname", field);
  const absl::Status status = ToStatus(Mapper::Check(mapping, test::ContactColumns(), test::ProfileFields()), "contact");
  EXPECT_EQ(status.message(), "Resource profile has no field cusA, cusB, cusC.");
}

TEST(CheckDefinition, NoFieldInsideAnotherMappedField) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "address1_city", "location/city");
  Add(mapping, "address1_line1", "location");
  Add(mapping, "address1_line2", "/location");
  Add(mapping, "lastname", "locationOther");
  EXPECT_THAT(Texts(CheckDefinition(mapping)),
              ElementsAre("fields[2].target_field CW-MAP-INVALID", "fields[3].target_field CW-MAP-INVALID"));
}

TEST(CheckDefinition, TheKeyIsMappedAndNotReplaced) {
  v1::TableMapping mapping = KeyOnly();
  mapping.mutable_fields(0)->add_replacements()->set_from("1");
  EXPECT_THAT(Texts(CheckDefinition(mapping)), ElementsAre("fields[0].replacements CW-MAP-INVALID"));
  mapping = KeyOnly();
  mapping.set_target_key("cusKey");
  EXPECT_THAT(Texts(CheckDefinition(mapping)), ElementsAre("target_key CW-MAP-INVALID"));
}

TEST(Check, I17_NamesColumnsAndFieldsThatAreGone) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "new_gone", "firstName");
  Add(mapping, "lastname", "cusGone");
  EXPECT_THAT(Check(mapping),
              ElementsAre("fields[1].source_column CW-DYN-COLUMN", "fields[2].target_field CW-CAM-FIELD"));

  auto mapper = Mapper::Build(mapping, test::ContactColumns(), test::ProfileFields());
  const errors::Detail detail = errors::Describe(mapper.status());
  EXPECT_EQ(detail.code, "CW-DYN-COLUMN");
  EXPECT_EQ(detail.kind, errors::Kind::kWorkflow);
  EXPECT_EQ(detail.subject, "contact");
  EXPECT_EQ(detail.message,
            "Table contact has no column new_gone that can be read. Resource profile has no field cusGone.");
}

TEST(Check, I17_ATypeThatChangedIsAProblem) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "firstname", "firstName").set_target_type(v1::FIELD_TYPE_DATE);
  Add(mapping, "numberofchildren", "cusDouble")
      .set_target_type(v1::FIELD_TYPE_INTEGER);  // Both are numbers to Campaign.
  EXPECT_THAT(Check(mapping), ElementsAre("fields[1].target_type CW-CAM-FIELD"));
}

TEST(Check, I4_PairsThatCannotBeConvertedAreProblems) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "parentcustomerid", "cusDate");
  Add(mapping, "modifiedon", "cusBoolean");
  EXPECT_THAT(Check(mapping),
              ElementsAre("fields[1].target_type CW-MAP-INVALID", "fields[2].target_type CW-MAP-INVALID"));
}

TEST(Check, I8_ReplacementsMustFitTheField) {
  v1::TableMapping mapping = KeyOnly();
  v1::FieldMapping& field = Add(mapping, "gendercode", "cusInteger");
  field.add_replacements()->set_from("1");
  field.mutable_replacements(0)->set_to("10");
  field.add_replacements()->set_from("1");
  field.mutable_replacements(1)->set_to("ten");
  EXPECT_THAT(Check(mapping), ElementsAre("fields[1].replacements[1].from CW-MAP-INVALID",
                                          "fields[1].replacements[1].to CW-MAP-INVALID"));
}

TEST(Check, I5_TheKeyComesFromThePrimaryKey) {
  v1::TableMapping mapping = KeyOnly();
  mapping.mutable_fields(0)->set_source_column("emailaddress1");
  EXPECT_THAT(Check(mapping), ElementsAre("fields[0].source_column CW-MAP-INVALID"));
}

}  // namespace
}  // namespace causeway::mapping
