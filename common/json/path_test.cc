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

TEST(JsonPath, WhatIsNoJsonIsNull) {
  EXPECT_TRUE(Parse("").is_null());
  EXPECT_TRUE(Parse("{").is_null());
  EXPECT_TRUE(Parse("{} x").is_null());
  EXPECT_TRUE(Parse("<html>").is_null());
  EXPECT_TRUE(Parse("\"\xff\"").is_null());
  EXPECT_TRUE(Parse(std::string(100000, '[')).is_null());
  EXPECT_EQ(TextAt(Parse("{"), {"a"}), "");
}

TEST(JsonPath, DeepValuesAreRead) {
  const std::string deep = std::string(999, '[') + std::string(999, ']');
  EXPECT_TRUE(Parse(deep).is_array());
  EXPECT_TRUE(Parse("[[" + deep + "]]").is_null());
}

TEST(JsonPath, StringsOfOthersMayHoldAnyBytes) {
  const auto value = ParseLoosely("{\"a\":\"\xff\",\"b\":\"x\"}");
  EXPECT_EQ(TextAt(value, {"a"}), "\xff");
  EXPECT_EQ(TextAt(value, {"b"}), "x");
}

}  // namespace
}  // namespace causeway::json
