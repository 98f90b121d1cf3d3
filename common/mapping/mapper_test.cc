#include "common/mapping/mapper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/mapping/default_mapping.h"
#include "common/mapping/test_schema.h"

namespace causeway::mapping {
namespace {

using test::Add;
using test::ContactColumns;
using test::KeyOnly;
using test::ProfileFields;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kId[] = "0d4c1a52-7b3e-4f6a-9c1d-2e8f5a6b7c8d";

Mapper Build(const v1::TableMapping& mapping) {
  auto mapper = Mapper::Build(mapping, ContactColumns(), ProfileFields());
  if (!mapper.ok()) ADD_FAILURE() << mapper.status();
  return *std::move(mapper);
}

// A row of the key and these further members.
std::string Row(const std::string& members) {
  return absl::StrCat(R"({"contactid":")", kId, R"(")", members.empty() ? "" : ",", members, "}");
}

MappedRecord Map(Mapper& mapper, const std::string& members) {
  auto record = mapper.Map(Row(members));
  if (!record.ok()) ADD_FAILURE() << record.status();
  return *std::move(record);
}

std::string CodeOf(const absl::StatusOr<MappedRecord>& record) {
  return record.ok() ? record->CreateBody() : errors::Describe(record.status()).code;
}

TEST(Mapper, I1_ContactBecomesProfileOutOfTheBox) {
  Mapper mapper = Build(DefaultContactMapping());
  auto record = mapper.Map(test::SampleRow());
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->key(), kId);
  EXPECT_EQ(record->CreateBody(),
            R"({"birthDate":"1984-02-29","blackListEmail":false,"blackListFax":true,"blackListPhone":false,)"
            R"("blackListPostalMail":true,"email":"zoe.oneil@example.com",)"
            R"("externalId":"0d4c1a52-7b3e-4f6a-9c1d-2e8f5a6b7c8d","firstName":"Zoë","gender":"female",)"
            R"("lastName":"O'Neil \"Zo\"","location":{"address1":"Unter den Linden 1","address2":null,)"
            R"("city":"Berlin","zipCode":"10117"},"middleName":null,)"
            R"("mobilePhone":"+49 170 1234567","phone":"+49 30 1234567","salutation":"Dr."})");
  EXPECT_THAT(record->UpdateBody(), Not(HasSubstr("externalId")));
}

TEST(Mapper, NullClearsAndAbsentLeavesAlone) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "firstname", "firstName");
  Add(mapping, "address1_city", "location/city");
  Mapper mapper = Build(mapping);
  EXPECT_EQ(Map(mapper, R"("firstname":null,"address1_city":null)").UpdateBody(),
            R"({"firstName":null,"location":{"city":null}})");
  EXPECT_EQ(Map(mapper, R"("firstname":null)").UpdateBody(), R"({"firstName":null})");
  EXPECT_EQ(Map(mapper, "").UpdateBody(), "{}");
  EXPECT_FALSE(Map(mapper, "").update_hash() == Map(mapper, R"("firstname":null)").update_hash());
}

TEST(Mapper, I7_InsertOnlyFieldsAreInCreateAndReplayAndNotInUpdate) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "address1_city", "location/city").set_insert_only(true);
  Add(mapping, "address1_postalcode", "location/zipCode");
  Mapper mapper = Build(mapping);
  const MappedRecord record = Map(mapper, R"("address1_city":"Berlin","address1_postalcode":"10117")");
  EXPECT_EQ(record.CreateBody(),
            absl::StrCat(R"({"externalId":")", kId, R"(","location":{"city":"Berlin","zipCode":"10117"}})"));
  EXPECT_EQ(record.UpdateBody(), R"({"location":{"zipCode":"10117"}})");
  EXPECT_EQ(record.ReplayBody(), R"({"location":{"city":"Berlin","zipCode":"10117"}})");

  const MappedRecord moved = Map(mapper, R"("address1_city":"Bonn","address1_postalcode":"10117")");
  EXPECT_EQ(moved.update_hash(), record.update_hash());
  EXPECT_FALSE(moved.insert_hash() == record.insert_hash());
}

TEST(Mapper, I8_ReplacesBeforeConversion) {
  v1::TableMapping mapping = KeyOnly();
  auto replace = [](v1::FieldMapping& field, const std::string& from, const std::string& to) {
    v1::Replacement& replacement = *field.add_replacements();
    replacement.set_from(from);
    replacement.set_to(to);
  };
  v1::FieldMapping& gender = Add(mapping, "gendercode", "gender");
  replace(gender, "2", "female");
  replace(gender, "", "unknown");
  replace(Add(mapping, "donotfax", "cusInteger"), "true", "99");
  replace(Add(mapping, "creditlimit", "cusDouble"), "12.5", "");
  Mapper mapper = Build(mapping);
  EXPECT_EQ(Map(mapper, R"("gendercode":2,"donotfax":true,"creditlimit":12.500)").UpdateBody(),
            R"({"cusDouble":null,"cusInteger":99,"gender":"female"})");
  EXPECT_EQ(Map(mapper, R"("gendercode":null,"donotfax":false,"creditlimit":13)").UpdateBody(),
            R"({"cusDouble":13,"cusInteger":0,"gender":"unknown"})");
  EXPECT_EQ(Map(mapper, R"("gendercode":3)").UpdateBody(), R"({"gender":"3"})");
}

TEST(Mapper, I11_DisplayValuesComeFromTheAnnotation) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "gendercode", "gender");
  Add(mapping, "statecode", "cusInteger");
  Add(mapping, "new_interests", "cusString");
  EXPECT_FALSE(Build(mapping).needs_annotations());
  mapping.set_picklist_values(v1::TableMapping::PICKLIST_VALUES_DISPLAY);
  Mapper mapper = Build(mapping);
  EXPECT_TRUE(mapper.needs_annotations());
  EXPECT_EQ(
      Map(mapper, R"("gendercode":2,"gendercode@OData.Community.Display.V1.FormattedValue":"Weiblich",)"
                  R"("new_interests":"1,2","new_interests@OData.Community.Display.V1.FormattedValue":"Golf; Jazz",)"
                  R"("statecode":1,"statecode@OData.Community.Display.V1.FormattedValue":"Inaktiv")")
          .UpdateBody(),
      R"({"cusInteger":1,"cusString":"Golf; Jazz","gender":"Weiblich"})");
  EXPECT_EQ(Map(mapper, R"("gendercode":null)").UpdateBody(), R"({"gender":null})");
  // Queued before display values were asked for: the label that the metadata gave.
  EXPECT_EQ(Map(mapper, R"("gendercode":2)").UpdateBody(), R"({"gender":"Female"})");
  EXPECT_EQ(CodeOf(mapper.Map(Row(R"("gendercode":3)"))), "CW-MAP-VALUE");
}

TEST(Mapper, I11_SeveralChoicesGetTheirLabelsFromTheMetadataToo) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "new_interests", "cusString");
  mapping.set_picklist_values(v1::TableMapping::PICKLIST_VALUES_DISPLAY);
  std::vector<SourceColumn> columns = test::ContactColumns();
  for (SourceColumn& column : columns) {
    if (column.name == "new_interests") column.options = {{1, "Golf"}, {2, "Opera"}, {3, "Jazz"}};
  }
  Mapper mapper = *Mapper::Build(mapping, columns, test::ProfileFields());
  EXPECT_EQ(Map(mapper, R"("new_interests":"1,3")").UpdateBody(), R"({"cusString":"Golf; Jazz"})");
  EXPECT_EQ(Map(mapper, R"("new_interests":"2")").UpdateBody(), R"({"cusString":"Opera"})");
  EXPECT_EQ(Map(mapper, R"("new_interests":null)").UpdateBody(), R"({"cusString":null})");
  EXPECT_EQ(CodeOf(mapper.Map(Row(R"("new_interests":"1,4")"))), "CW-MAP-VALUE");
}

Mapper BuildIn(v1::TableMapping mapping, const std::string& zone_name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(zone_name, &zone));
  return *Mapper::Build(mapping, test::ContactColumns(), test::ProfileFields(), zone);
}

TEST(Mapper, I4_ADayIsTheOneOfTheMappingsTimeZone) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "modifiedon", "cusDate");
  const std::string evening = R"("modifiedon":"2026-11-23T23:30:00Z")";
  Mapper utc = BuildIn(mapping, "UTC");
  Mapper east = BuildIn(mapping, "Europe/Amsterdam");
  EXPECT_TRUE(utc.takes_days());
  EXPECT_EQ(Map(utc, evening).UpdateBody(), R"({"cusDate":"2026-11-23"})");
  EXPECT_EQ(Map(east, evening).UpdateBody(), R"({"cusDate":"2026-11-24"})");
  EXPECT_EQ(Map(east, R"("modifiedon":"2026-06-23T22:00:00Z")").UpdateBody(), R"({"cusDate":"2026-06-24"})") << "in summer";
  mapping.set_time_zone("America/New_York");
  Mapper west = BuildIn(mapping, "Europe/Amsterdam");
  EXPECT_EQ(Map(west, R"("modifiedon":"2026-11-23T03:00:00Z")").UpdateBody(), R"({"cusDate":"2026-11-22"})");
}

TEST(Mapper, I4_OnlyPointsInTimeMoveToAnotherDay) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "birthdate", "birthDate");
  Add(mapping, "description", "cusDate");
  Add(mapping, "modifiedon", "cusDateTime");
  mapping.set_time_zone("Asia/Tokyo");
  Mapper mapper = Build(mapping);
  EXPECT_EQ(Map(mapper, R"("birthdate":"1984-02-29","modifiedon":"2026-11-23T23:30:00Z")").UpdateBody(),
            R"({"birthDate":"1984-02-29","cusDateTime":"2026-11-23 23:30:00.000Z"})");
  EXPECT_EQ(Map(mapper, R"("description":"2026-11-23")").UpdateBody(), R"({"cusDate":"2026-11-23"})");
  EXPECT_EQ(Map(mapper, R"("description":"2026-11-23 23:30")").UpdateBody(), R"({"cusDate":"2026-11-23"})");
  EXPECT_EQ(Map(mapper, R"("description":"2026-11-23T23:30:00Z")").UpdateBody(), R"({"cusDate":"2026-11-24"})");
  EXPECT_EQ(Map(mapper, R"("description":"2026-11-23T23:30:00+09:00")").UpdateBody(), R"({"cusDate":"2026-11-23"})");
  EXPECT_EQ(CodeOf(mapper.Map(Row(R"("description":"9999-12-31T23:30:00Z")"))), "CW-MAP-VALUE");

  std::vector<SourceColumn> columns = test::ContactColumns();
  for (SourceColumn& column : columns) {
    if (column.name == "modifiedon") column.behavior = DateTimeBehavior::kTimeZoneIndependent;
  }
  v1::TableMapping independent = KeyOnly();
  Add(independent, "modifiedon", "cusDate");
  independent.set_time_zone("Asia/Tokyo");
  Mapper as_it_is = *Mapper::Build(independent, columns, test::ProfileFields());
  EXPECT_FALSE(as_it_is.takes_days());
  EXPECT_EQ(Map(as_it_is, R"("modifiedon":"2026-11-23T23:30:00Z")").UpdateBody(), R"({"cusDate":"2026-11-23"})");
}

TEST(Mapper, NothingIsWhatTheFieldCallsIt) {
  v1::TableMapping mapping = KeyOnly();
  v1::FieldMapping& language = Add(mapping, "firstname", "preferredLanguage");
  v1::Replacement& replacement = *language.add_replacements();
  replacement.set_from("?");
  std::vector<DestinationField> fields = test::ProfileFields();
  fields.push_back({.name = "preferredLanguage", .type = v1::FIELD_TYPE_STRING, .nothing = "none"});
  Mapper mapper = *Mapper::Build(mapping, test::ContactColumns(), fields);
  for (const char* row : {R"("firstname":null)", R"("firstname":"")", R"("firstname":"?")"}) {
    EXPECT_EQ(Map(mapper, row).UpdateBody(), R"({"preferredLanguage":"none"})") << row;
  }
  EXPECT_EQ(Map(mapper, R"("firstname":"en_us")").UpdateBody(), R"({"preferredLanguage":"en_us"})");
}

TEST(Mapper, RequiredColumnsAreSortedAndNameLookupsAsRowsDo) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "parentcustomerid", "cusString");
  Add(mapping, "firstname", "firstName");
  Add(mapping, "firstname", "middleName");
  Mapper mapper = Build(mapping);
  EXPECT_THAT(mapper.required_columns(), ElementsAre("_parentcustomerid_value", "contactid", "firstname"));
  EXPECT_EQ(Map(mapper, R"("_parentcustomerid_value":"0D4C1A52-7B3E-4F6A-9C1D-2E8F5A6B7C8D")").UpdateBody(),
            absl::StrCat(R"({"cusString":")", kId, R"("})"));
}

TEST(Mapper, I4_NumbersInTextMayHaveBlanksAroundAndEmptyTextIsNull) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "telephone1", "cusInteger");
  Mapper mapper = Build(mapping);
  EXPECT_EQ(Map(mapper, R"("telephone1":" 42\t")").UpdateBody(), R"({"cusInteger":42})");
  EXPECT_EQ(Map(mapper, R"("telephone1":"  ")").UpdateBody(), R"({"cusInteger":null})");
}

TEST(Mapper, I4_AnEmptyDateClearsAndTheOldestOnesCross) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "birthdate", "birthDate");
  Add(mapping, "modifiedon", "cusDateTime");
  Add(mapping, "telephone1", "cusDate");
  Mapper mapper = Build(mapping);
  EXPECT_EQ(Map(mapper, R"("birthdate":null,"modifiedon":null,"telephone1":null)").UpdateBody(),
            R"({"birthDate":null,"cusDate":null,"cusDateTime":null})");
  EXPECT_EQ(Map(mapper, R"("telephone1":" ")").UpdateBody(), R"({"cusDate":null})") << "an empty text too";
  // The first day of Dynamics 365; a text may hold one before.
  EXPECT_EQ(Map(mapper, R"("birthdate":"1753-01-01","modifiedon":"1753-01-01T00:00:00Z","telephone1":"1752-12-31")").UpdateBody(),
            R"({"birthDate":"1753-01-01","cusDate":"1752-12-31","cusDateTime":"1753-01-01 00:00:00.000Z"})");
  for (const char* row : {R"("birthdate":"0000-00-00")", R"("birthdate":"")", R"("modifiedon":"1900-02-29T00:00:00Z")", R"("telephone1":"none")"}) {
    const errors::Detail detail = errors::Describe(mapper.Map(Row(row)).status());
    EXPECT_EQ(detail.code, "CW-MAP-VALUE") << row;
    EXPECT_THAT(detail.message, ::testing::ContainsRegex("birthDate|cusDateTime|cusDate")) << row;
  }
}

TEST(Mapper, R2_OverlongTextIsRefusedNotCut) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "firstname", "firstName");
  Mapper mapper = Build(mapping);
  std::string thirty;
  for (int i = 0; i < 30; ++i) thirty += "ë";
  EXPECT_EQ(Map(mapper, absl::StrCat(R"("firstname":")", thirty, R"(")")).UpdateBody(),
            absl::StrCat(R"({"firstName":")", thirty, R"("})"));
  auto record = mapper.Map(Row(absl::StrCat(R"("firstname":"x)", thirty, R"(")")));
  const errors::Detail detail = errors::Describe(record.status());
  EXPECT_EQ(detail.code, "CW-MAP-VALUE");
  EXPECT_EQ(detail.kind, errors::Kind::kRecord);
  EXPECT_EQ(detail.subject, "firstname");
  EXPECT_EQ(detail.message,
            "Column firstname can't be written to firstName: the value is longer than the field's 30 characters.");
}

TEST(Mapper, R5_NoErrorTellsTheValue) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "birthdate", "birthDate");
  Add(mapping, "lastname", "cusInteger");
  Mapper mapper = Build(mapping);
  for (const std::string& members :
       {std::string(R"("birthdate":"1983-02-29")"), std::string(R"("lastname":"Secret1983")"),
        std::string(R"("lastname":["Secret1983"])"), std::string(R"("lastname":"Secret1983)")}) {
    auto record = mapper.Map(Row(members));
    ASSERT_FALSE(record.ok()) << members;
    EXPECT_THAT(record.status().ToString(), Not(HasSubstr("1983")));
  }
}

TEST(Mapper, R2_RowsThatAreNoWholeObjectAreRefused) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "firstname", "firstName");
  Add(mapping, "donotfax", "blackListFax");
  Mapper mapper = Build(mapping);
  const std::string whole = Row(R"("firstname":"Ann","donotfax":true,"other":{"a":[1,2.5,null,"x"]})");
  ASSERT_TRUE(mapper.Map(whole).ok());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(CodeOf(mapper.Map(whole.substr(0, size))), "CW-MAP-ROW") << size;
  }
  for (const char* members :
       {R"("firstname":"A","firstname":"B")", R"("other":1,"other":1)", R"("firstname":5)", R"("donotfax":"true")",
        R"("firstname":{"a":1})", R"("other":01)", R"("other":tru)", R"("other":[1,2)", R"("other":[}])",
        R"("other":nul)", R"("other":1}{"b":2)", R"("other":1,)", R"(other:1)", R"("other":NaN)"}) {
    EXPECT_EQ(CodeOf(mapper.Map(Row(members))), "CW-MAP-ROW") << members;
  }
  for (const char* row : {"", " ", "null", "[]", "5", "\"x\"", "<html></html>", "{}", "{} {}"}) {
    EXPECT_EQ(CodeOf(mapper.Map(row)), "CW-MAP-ROW") << row;
  }
  EXPECT_EQ(CodeOf(mapper.Map(Row(R"("firstname":"a\u0000b")"))), "CW-MAP-VALUE");
  EXPECT_EQ(CodeOf(mapper.Map(Row(absl::StrCat("\"other\":", std::string(5000, '['))))), "CW-MAP-ROW");
  EXPECT_TRUE(mapper.Map(whole).ok()) << "a bad row must not spoil the next";
}

TEST(Mapper, R2_WhatCanBeKeptOfADamagedTextIsKept) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "firstname", "firstName");
  Mapper mapper = Build(mapping);
  const std::string whole = std::string(Map(mapper, "\"firstname\":\"Ann \ufffd\"").UpdateBody());
  for (const char* members : {R"("firstname":"Ann \ud83d")", R"("firstname":"Ann \ude00")", "\"firstname\":\"Ann \xff\"",
                              R"("firstname":"Ann \ud83d","other":["\q",{"\ud83d":"\u12"}])"}) {
    EXPECT_EQ(Map(mapper, members).UpdateBody(), whole) << members;
  }
}

TEST(Mapper, R2_RowsWithoutKeyAreRefused) {
  Mapper mapper = Build(KeyOnly());
  EXPECT_EQ(CodeOf(mapper.Map(R"({"firstname":"Ann"})")), "CW-MAP-ROW");
  EXPECT_EQ(CodeOf(mapper.Map(R"({"contactid":null})")), "CW-MAP-VALUE");
  EXPECT_EQ(CodeOf(mapper.Map(R"({"contactid":""})")), "CW-MAP-VALUE");
}

TEST(Mapper, R2_HugeTextIsMappedWhole) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "description", "cusString");
  Mapper mapper = Build(mapping);
  const std::string text(10 << 20, 'x');
  EXPECT_EQ(Map(mapper, absl::StrCat(R"("description":")", text, R"(")")).UpdateBody(),
            absl::StrCat(R"({"cusString":")", text, R"("})"));
}

TEST(Mapper, ControlCharactersAndQuotesAreEscaped) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "description", "cusString");
  Mapper mapper = Build(mapping);
  EXPECT_EQ(Map(mapper, R"("description":"a\"b\\c\/d\n\r\t\b\f\u001f\u00e9\ud83d\ude00")").UpdateBody(),
            R"({"cusString":"a\"b\\c/d\n\r\t\b\f\u001fé😀"})");
}

TEST(Mapper, I16_TheHashKnowsWhichFieldHasTheValue) {
  v1::TableMapping mapping = KeyOnly();
  Add(mapping, "firstname", "firstName");
  Add(mapping, "lastname", "lastName");
  Mapper mapper = Build(mapping);
  EXPECT_FALSE(Map(mapper, R"("firstname":"Kim")").update_hash() == Map(mapper, R"("lastname":"Kim")").update_hash());
}

TEST(Mapper, RecordsOutliveTheirMapper) {
  MappedRecord record = [] {
    v1::TableMapping mapping = KeyOnly();
    Add(mapping, "firstname", "firstName");
    Mapper mapper = Build(mapping);
    return Map(mapper, R"("firstname":"Ann")");
  }();
  EXPECT_EQ(record.UpdateBody(), R"({"firstName":"Ann"})");
}

}  // namespace
}  // namespace causeway::mapping
