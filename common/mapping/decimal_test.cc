#include "common/mapping/decimal.h"

#include <gtest/gtest.h>

namespace causeway::mapping {
namespace {

std::string Plain(const std::string& text) {
  auto number = Decimal::Parse(text);
  if (!number) return "refused";
  std::string out;
  number->AppendTo(out);
  return out;
}

TEST(Decimal, I4_KeepsEveryDigitAndDropsNeedlessZeros) {
  EXPECT_EQ(Plain("0.1"), "0.1");
  EXPECT_EQ(Plain("123456789012345678901234567890.12345678901234567890"),
            "123456789012345678901234567890.1234567890123456789");
  EXPECT_EQ(Plain("10000.0000"), "10000");
  EXPECT_EQ(Plain("007"), "7");
  EXPECT_EQ(Plain("+5"), "5");
  EXPECT_EQ(Plain("-0.50"), "-0.5");
  EXPECT_EQ(Plain("-0.0"), "0");
  EXPECT_EQ(Plain("0e99999999999"), "0");
}

TEST(Decimal, I4_WritesExponentsOut) {
  EXPECT_EQ(Plain("1e3"), "1000");
  EXPECT_EQ(Plain("1.25E+1"), "12.5");
  EXPECT_EQ(Plain("125e-5"), "0.00125");
  EXPECT_EQ(Plain("0.001e2"), "0.1");
  EXPECT_EQ(Plain("1e400"), "refused");
  EXPECT_EQ(Plain("1e-401"), "refused");
  EXPECT_EQ(Plain("1e99999999999999999999"), "refused");
}

TEST(Decimal, I4_RefusesWhatIsNoNumber) {
  for (const char* text :
       {"", "-", ".", "1.", ".5", "1e", "1e+", "1,5", "0x10", "NaN", "Infinity", "1 2", "--1", " 1"}) {
    EXPECT_EQ(Plain(text), "refused") << text;
  }
  EXPECT_EQ(Plain(std::string(401, '7')), "refused");
}

TEST(Decimal, I4_KnowsTheRangesOfTheTargets) {
  EXPECT_TRUE(Decimal::Parse("9223372036854775807")->FitsInt64());
  EXPECT_FALSE(Decimal::Parse("9223372036854775808")->FitsInt64());
  EXPECT_TRUE(Decimal::Parse("-9223372036854775808")->FitsInt64());
  EXPECT_FALSE(Decimal::Parse("-9223372036854775809")->FitsInt64());
  EXPECT_TRUE(Decimal::Parse("12.000")->FitsInt64());
  EXPECT_TRUE(Decimal::Parse("0")->FitsInt64());
  EXPECT_FALSE(Decimal::Parse("12.5")->FitsInt64());
  EXPECT_FALSE(Decimal::Parse("0.5")->FitsInt64());
  EXPECT_TRUE(Decimal::Parse("3.4028234e38")->FitsFloat());
  EXPECT_FALSE(Decimal::Parse("3.4028236e38")->FitsFloat());
  EXPECT_TRUE(Decimal::Parse("-1.7976931348623157e308")->FitsDouble());
  EXPECT_FALSE(Decimal::Parse("1.7976931348623159e308")->FitsDouble());
}

TEST(Decimal, JsonNumbersFollowTheGrammar) {
  for (const char* text : {"0", "-0", "10", "1.5", "1e5", "-1.5E-10"}) EXPECT_TRUE(IsJsonNumber(text)) << text;
  for (const char* text : {"", "01", "+1", "1.", ".1", "1e", "-", "1x"}) EXPECT_FALSE(IsJsonNumber(text)) << text;
}

}  // namespace
}  // namespace causeway::mapping
