#include "common/json/path.h"

#include <boost/json.hpp>

#include "gtest/gtest.h"

namespace causeway::json {
namespace {

TEST(JsonPath, FindsWhatIsThereAndIsHarmlessOtherwise) {
  const auto value = Parse(R"({"a":{"text":"x","number":7,"float":1.5,"flag":true,"list":[1,2],"nothing":null}})");
  EXPECT_EQ(TextAt(value, {"a", "text"}), "x");
  EXPECT_EQ(TextAt(value, {"a", "number"}), "7");
  EXPECT_EQ(TextAt(value, {"a", "list"}), "");
  EXPECT_EQ(TextAt(value, {"a", "text", "deeper"}), "");
  EXPECT_EQ(TextAt(value, {"b"}), "");
  EXPECT_TRUE(TrueAt(value, {"a", "flag"}));
  EXPECT_FALSE(TrueAt(value, {"a", "text"}));
  EXPECT_EQ(IntegerAt(value, {"a", "number"}), 7);
  EXPECT_EQ(IntegerAt(value, {"a", "float"}, -1), -1);
  ASSERT_NE(ArrayAt(value, {"a", "list"}), nullptr);
  EXPECT_EQ(ArrayAt(value, {"a"}), nullptr);
  ASSERT_NE(At(value, {"a", "nothing"}), nullptr);
}

TEST(JsonPath, APathMayBeAText) {
  const auto value = Parse(R"({"a":{"b/c":"x","~":"y","":"z"},"n":7})");
  EXPECT_EQ(TextOf(AtPointer(value, "a/b~1c")), "x");
  EXPECT_EQ(TextOf(AtPointer(value, "a/~0")), "y");
  EXPECT_EQ(TextOf(AtPointer(value, "a/")), "z");
  EXPECT_EQ(TextOf(AtPointer(value, "n")), "7");
  for (const char* nowhere : {"b", "a/b/c", "a/b~2c", "~", "n/x", ""}) {
    EXPECT_EQ(AtPointer(value, nowhere), nullptr) << nowhere;
  }
}

TEST(JsonPath, WhatIsNoJsonIsNull) {
  EXPECT_TRUE(Parse("").is_null());
  EXPECT_TRUE(Parse("{").is_null());
  EXPECT_TRUE(Parse("{} x").is_null());
  EXPECT_TRUE(Parse("<html>").is_null());
  EXPECT_TRUE(Parse("\"\xff").is_null());
  EXPECT_TRUE(Parse(std::string(100000, '[')).is_null());
  EXPECT_EQ(TextAt(Parse("{"), {"a"}), "");
}

TEST(JsonPath, DeepValuesAreRead) {
  const std::string deep = std::string(999, '[') + std::string(999, ']');
  EXPECT_TRUE(Parse(deep).is_array());
  EXPECT_TRUE(Parse("[[" + deep + "]]").is_null());
}

TEST(JsonPath, R2_AStringThatNoParserTakesIsMended) {
  const auto value = Parse("{\"a\":\"\xff\",\"b\":\"\\ud83d\",\"c\":\"x\"}");
  EXPECT_EQ(TextAt(value, {"a"}), "\ufffd");
  EXPECT_EQ(TextAt(value, {"b"}), "\ufffd");
  EXPECT_EQ(TextAt(value, {"c"}), "x");
}

TEST(JsonPath, ANumberMayBeWrittenInManyWays) {
  const auto value = Parse(
      R"({"a":1,"b":1.0,"c":1e0,"d":"1","e":"1.0","f":18446744073709551615,"g":true,"h":"one","i":null,"j":"inf","k":"","l":"nan"})");
  for (const char* one : {"a", "b", "c", "d", "e"}) EXPECT_EQ(NumberAt(value, {one}), 1) << one;
  EXPECT_EQ(NumberAt(value, {"f"}), 18446744073709551615.0);
  for (const char* none : {"g", "h", "i", "j", "k", "l", "m"}) EXPECT_EQ(NumberAt(value, {none}), std::nullopt) << none;
}

}  // namespace
}  // namespace causeway::json
