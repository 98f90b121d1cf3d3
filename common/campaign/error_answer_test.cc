#include "common/campaign/error_answer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::campaign {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ErrorAnswer, R5_WhatIsQuotedIsNotSaid) {
  EXPECT_EQ(OutsideQuotes("Value 'Unknown field 7' is invalid"), "Value '' is invalid");
  EXPECT_EQ(OutsideQuotes("Value \"Unknown field 7\" is invalid"), "Value '' is invalid");
  EXPECT_EQ(OutsideQuotes("Value 'O'Neil, unknown field' is invalid"), "Value '' is invalid");
  EXPECT_EQ(OutsideQuotes("Value 'unknown field"), "Value ''") << "one that isn't closed hides the rest";
  EXPECT_EQ(OutsideQuotes("It can't be changed, isn't it"), "It can't be changed, isn't it");
  EXPECT_EQ(OutsideQuotes("\u00ab a \u00bb \u201cb\u201d \u2018c\u2019 d"), "'' '' '' d");
  EXPECT_EQ(OutsideQuotes(""), "");
}

ErrorAnswer Answer(const std::string& message, const std::string& number = "500") {
  return ReadErrorAnswer(R"({"error_code":)" + number + R"(,"message":")" + message + "\"}", 500);
}

TEST(ErrorAnswer, FindsCampaignsNumbers) {
  EXPECT_THAT(Answer("RST-360011 An error has occurred. XTK-170036 Unable to parse 'PGS-220000'.").codes,
              ElementsAre("RST-360011", "XTK-170036"));
  EXPECT_THAT(Answer("RST-36001 RST-3600111 xRST-360011 rst-360011 RST_360011").codes, IsEmpty());
}

TEST(ErrorAnswer, TheHttpStatusIsNoNumberOfItsOwn) {
  EXPECT_EQ(Answer("x").number, "");
  EXPECT_EQ(Answer("x", "\"429050\"").number, "429050");
  EXPECT_EQ(Answer("x", "\"Jane Doe\"").number, "");
}

TEST(ErrorAnswer, SaidIsWhatIsLeft) {
  const ErrorAnswer answer =
      Answer("RST-360011 An error has occurred - please contact your administrator. PGS-220000 ERROR:  duplicate key value "
             "DETAIL:  Key (sexternalid)=(unknown field) already exists.");
  EXPECT_THAT(answer.said, HasSubstr("duplicate key value"));
  EXPECT_THAT(answer.said, Not(HasSubstr("unknown field")));
  EXPECT_THAT(answer.said, Not(HasSubstr("administrator")));
  EXPECT_THAT(answer.message, HasSubstr("unknown field"));
}

TEST(ErrorAnswer, NamesTheField) {
  EXPECT_EQ(QuotedField("Invalid value for field 'email'."), "email");
  EXPECT_EQ(QuotedField("The value 'x' is not valid for the 'nms:recipient:gender' enumeration of the '@gender' field"), "gender");
  EXPECT_EQ(QuotedField("'cusShoe' attribute unknown (see definition of 'Profiles (nms:recipient)' schema)."), "cusShoe");
  EXPECT_EQ(QuotedField("Property 'title' is read-only"), "title");
  EXPECT_EQ(QuotedField("The value 'Jane' field"), "") << "without @ it may be a value";
  EXPECT_EQ(QuotedField("Invalid value for field 'Jane Doe'."), "");
  EXPECT_EQ(QuotedField("field '"), "");
  EXPECT_EQ(QuotedField("' field"), "");
}

}  // namespace
}  // namespace causeway::campaign
