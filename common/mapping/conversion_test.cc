// One row of the table for every kind of column and every type of field: README.md "Conversions".
#include "common/mapping/conversion.h"

#include <gtest/gtest.h>

#include <map>

namespace causeway::mapping {
namespace {

using enum ColumnType;

struct Case {
  SourceColumn column;
  v1::FieldType target;
  std::string value;
  std::string expected;  // "!": the value is refused. "-": such columns are.
};

std::string Convert(const Case& c) {
  const Converter convert = FindConverter(c.column, c.target);
  if (convert == nullptr) return "-";
  std::string scratch;
  const Converted converted = convert(c.value, scratch, absl::UTCTimeZone());
  return converted.refusal.empty() ? std::string(converted.text) : "!";
}

// Expectations in the order string, integer, float, double, boolean, date, datetime.
void Expect(SourceColumn column, const std::string& value, std::array<const char*, 7> expected) {
  for (int type = v1::FIELD_TYPE_STRING; type <= v1::FIELD_TYPE_DATETIME; ++type) {
    const Case c{column, static_cast<v1::FieldType>(type), value, expected[type - 1]};
    EXPECT_EQ(Convert(c), c.expected) << Name(column.type) << " " << value << " to " << Name(c.target);
  }
}

TEST(Conversion, I4_Boolean) {
  Expect({.name = "c", .type = kBoolean}, "true", {"true", "1", "1", "1", "true", "-", "-"});
  Expect({.name = "c", .type = kBoolean}, "false", {"false", "0", "0", "0", "false", "-", "-"});
}

TEST(Conversion, I4_WholeNumbersAndPicklists) {
  for (ColumnType type : {kInteger, kBigInt, kPicklist, kState, kStatus}) {
    Expect({.name = "c", .type = type}, "1", {"1", "1", "1", "1", "true", "-", "-"});
    Expect({.name = "c", .type = type}, "-17", {"-17", "-17", "-17", "-17", "!", "-", "-"});
  }
  Expect({.name = "c", .type = kBigInt}, "9223372036854775807",
         {"9223372036854775807", "9223372036854775807", "9223372036854775807", "9223372036854775807", "!", "-", "-"});
  Expect({.name = "c", .type = kBigInt}, "9223372036854775808",
         {"9223372036854775808", "!", "9223372036854775808", "9223372036854775808", "!", "-", "-"});
}

TEST(Conversion, I4_DecimalsStayExact) {
  for (ColumnType type : {kDecimal, kDouble, kMoney}) {
    Expect({.name = "c", .type = type}, "0.1", {"0.1", "!", "0.1", "0.1", "-", "-", "-"});
    Expect({.name = "c", .type = type}, "10000.0000", {"10000", "10000", "10000", "10000", "-", "-", "-"});
    Expect({.name = "c", .type = type}, "100000000000.1234567891",
           {"100000000000.1234567891", "!", "100000000000.1234567891", "100000000000.1234567891", "-", "-", "-"});
  }
  Expect({.name = "c", .type = kDouble}, "1e39",
         {"1000000000000000000000000000000000000000", "!", "!", "1000000000000000000000000000000000000000", "-", "-",
          "-"});
}

TEST(Conversion, I4_Text) {
  for (ColumnType type : {kString, kMemo}) {
    const SourceColumn column{.name = "c", .type = type};
    Expect(column, "Zoë", {"Zoë", "!", "!", "!", "!", "!", "!"});
    Expect(column, "42", {"42", "42", "42", "42", "!", "!", "!"});
    Expect(column, "0042.50", {"0042.50", "!", "42.5", "42.5", "!", "!", "!"});
    Expect(column, "1", {"1", "1", "1", "1", "true", "!", "!"});
    Expect(column, "FALSE", {"FALSE", "!", "!", "!", "false", "!", "!"});
    Expect(column, "2024-02-29", {"2024-02-29", "!", "!", "!", "!", "2024-02-29", "2024-02-29 00:00:00.000Z"});
    Expect(column, std::string("a\0b", 3), {"!", "!", "!", "!", "!", "!", "!"});
  }
}

TEST(Conversion, I4_DateTimes) {
  for (DateTimeBehavior behavior : {DateTimeBehavior::kUserLocal, DateTimeBehavior::kTimeZoneIndependent}) {
    Expect({.name = "c", .type = kDateTime, .behavior = behavior}, "2026-11-23T23:15:30Z",
           {"2026-11-23 23:15:30.000Z", "-", "-", "-", "-", "2026-11-23", "2026-11-23 23:15:30.000Z"});
  }
  const SourceColumn day{.name = "c", .type = kDateTime, .behavior = DateTimeBehavior::kDateOnly};
  Expect(day, "1984-02-29", {"1984-02-29", "-", "-", "-", "-", "1984-02-29", "1984-02-29 00:00:00.000Z"});
  Expect(day, "1983-02-29", {"!", "-", "-", "-", "-", "!", "!"});
}

TEST(Conversion, I4_IdsAndLookups) {
  for (ColumnType type : {kUniqueidentifier, kLookup, kCustomer, kOwner}) {
    const SourceColumn column{.name = "c", .type = type};
    Expect(column, "0D4C1A52-7B3E-4F6A-9C1D-2E8F5A6B7C8D",
           {"0d4c1a52-7b3e-4f6a-9c1d-2e8f5a6b7c8d", "-", "-", "-", "-", "-", "-"});
    Expect(column, "{0d4c1a52-7b3e-4f6a-9c1d-2e8f5a6b7c8d}", {"!", "-", "-", "-", "-", "-", "-"});
    Expect(column, "0d4c1a52-7b3e-4f6a-9c1d-2e8f5a6b7c8g", {"!", "-", "-", "-", "-", "-", "-"});
  }
}

TEST(Conversion, I4_OtherTypesTravelAsStrings) {
  Expect({.name = "c", .type = kOther}, "1,3,7", {"1,3,7", "-", "-", "-", "-", "-", "-"});
}

TEST(Conversion, EveryAttributeTypeIsNamedAndParsed) {
  for (int type = 0; type < static_cast<int>(kOther); ++type) {
    EXPECT_EQ(ParseColumnType(Name(static_cast<ColumnType>(type))), static_cast<ColumnType>(type));
  }
  EXPECT_EQ(ParseColumnType("Virtual"), kOther);
}

}  // namespace
}  // namespace causeway::mapping
