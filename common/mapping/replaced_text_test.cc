#include "common/mapping/replaced_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::mapping {
namespace {

using ::testing::HasSubstr;

std::string Why(ColumnType type, const std::string& from, std::vector<Option> options = {}) {
  return WhyNeverMatches({.name = "c", .type = type, .options = std::move(options)}, from);
}

TEST(ReplacedText, I8_ABooleanIsTrueOrFalse) {
  for (const char* from : {"True", "FALSE", "yes", "1", "0", " true"}) EXPECT_NE(Why(ColumnType::kBoolean, from), "") << from;
  for (const char* from : {"true", "false", ""}) EXPECT_EQ(Why(ColumnType::kBoolean, from), "") << from;
}

TEST(ReplacedText, I8_ANumberIsWrittenOneWay) {
  for (const char* from : {"01", "2.0", "+1", "1e3", "1.5", "Male", " 1", "-0", "9223372036854775808"}) {
    EXPECT_NE(Why(ColumnType::kPicklist, from), "") << from;
    EXPECT_NE(Why(ColumnType::kInteger, from), "") << from;
  }
  for (const char* from : {"1", "-1", "0", "100000000", ""}) EXPECT_EQ(Why(ColumnType::kPicklist, from), "") << from;
  EXPECT_THAT(Why(ColumnType::kPicklist, "2.0"), HasSubstr("write 2."));
  EXPECT_EQ(Why(ColumnType::kDecimal, "12.5"), "");
  EXPECT_THAT(Why(ColumnType::kDecimal, "12.50"), HasSubstr("write 12.5."));
}

TEST(ReplacedText, I8_ALabelIsToldItsNumber) {
  EXPECT_THAT(Why(ColumnType::kPicklist, "female", {{1, "Male"}, {2, "Female"}}), HasSubstr("write 2."));
  EXPECT_THAT(Why(ColumnType::kPicklist, "Other", {{1, "Male"}}), HasSubstr("the number is compared"));
}

TEST(ReplacedText, I8_AnIdIsAGuidInSmallLetters) {
  EXPECT_EQ(Why(ColumnType::kLookup, "0a1b2c3d-0000-4000-8000-00000000000a"), "");
  for (const char* from : {"0A1B2C3D-0000-4000-8000-00000000000A", "{0a1b2c3d-0000-4000-8000-00000000000a}", "Contoso"}) {
    EXPECT_NE(Why(ColumnType::kLookup, from), "") << from;
    EXPECT_NE(Why(ColumnType::kUniqueidentifier, from), "") << from;
  }
}

TEST(ReplacedText, I8_ADateIsWrittenAsItTravels) {
  SourceColumn day{.name = "c", .type = ColumnType::kDateTime, .behavior = DateTimeBehavior::kDateOnly};
  EXPECT_EQ(WhyNeverMatches(day, "1900-01-01"), "");
  for (const char* from : {"1900-01-01T00:00:00Z", "01/01/1900", "1900-13-01"}) EXPECT_NE(WhyNeverMatches(day, from), "") << from;
  EXPECT_EQ(Why(ColumnType::kDateTime, "1900-01-01T00:00:00Z"), "");
  EXPECT_NE(Why(ColumnType::kDateTime, "1900-01-01"), "");
}

TEST(ReplacedText, I8_TextMayBeAnything) {
  for (ColumnType type : {ColumnType::kString, ColumnType::kMemo, ColumnType::kOther}) EXPECT_EQ(Why(type, " Any thing "), "");
}

}  // namespace
}  // namespace causeway::mapping
