#include "common/json/mend.h"

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace causeway::json {
namespace {

struct Case {
  std::string string, mended;  // Without quotes.
};

const std::vector<Case> kCases = {
    {R"(\ud83d)", R"(\ufffd)"},                                // High alone
    {R"(\uDE00)", R"(\ufffd)"},                                // Low alone
    {R"(\ude00\ud83d)", R"(\ufffd\ufffd)"},                    // Swapped
    {R"(\ud83d\ud83d\ude00)", R"(\ufffd\ud83d\ude00)"},        // High, then a pair
    {R"(\ud83d\ude00\ude00)", R"(\ud83d\ude00\ufffd)"},        // A pair, then low
    {R"(\ud83dx\ude00)", R"(\ufffdx\ufffd)"},                  // Something in between
    {R"(\ud83d\n\ude00)", R"(\ufffd\n\ufffd)"},                // An escape in between
    {R"(\ud83d\\ude00)", R"(\ufffd\\ude00)"},                  // A backslash, and letters
    {R"(\ud83d\u0041)", R"(\ufffd\u0041)"},                    // Another character
    {R"(a\q)", R"(a\ufffdq)"},                                 // No escape of JSON
    {R"(\u12)", R"(\ufffd12)"},                                // Too short
    {R"(\u12g4)", R"(\ufffd12g4)"},                            // No digits
    {R"(\u)", R"(\ufffd)"},                                    //
    {"\xff", "\ufffd"},                                        // No UTF-8
    {"\xc3", "\ufffd"},                                        // Cut
    {"\xed\xa0\xbd", "\ufffd\ufffd\ufffd"},                    // Half of a pair, as bytes
    {"\\\xff", "\\ufffd\ufffd"},                               //
    {"a\nb", R"(a\u000ab)"},                                   //
    {std::string("\0", 1), R"(\u0000)"},                       //
};

TEST(Mended, R2_KeepsWhatCanBeKept) {
  for (const Case& c : kCases) {
    for (const char* frame : {"\"$\"", "{\"a\":\"$\"}", "{\"$\":1}", "[{\"a\":[1,\"$\",{\"b\":\"x\"}]},\"y\"]"}) {
      const auto in = [&](const std::string& string) {
        std::string text = frame;
        return text.replace(text.find('$'), 1, string);
      };
      EXPECT_EQ(Mended(in(c.string)), in(c.mended)) << in(c.string);
      boost::system::error_code error;
      boost::json::parse(in(c.mended), error);
      EXPECT_FALSE(error) << in(c.mended);
    }
  }
}

TEST(Mended, WhatIsValidNeedsNothing) {
  for (const char* text :
       {"", "{}", R"({"a":"\ud83d\ude00 \"\\\/\b\f\n\r\t\u00e9 é 😀 �"})", R"(["\\ud83d"])", R"(["\\","\ufffd"])", "<html>"}) {
    EXPECT_EQ(Mended(text), std::nullopt) << text;
  }
}

TEST(Mended, WhatIsNoStringIsNotItsBusiness) {
  EXPECT_EQ(Mended("{\xff \\ud83d \n}"), std::nullopt);
  EXPECT_EQ(Mended("\"a\" \xff \"\\ud83d\""), "\"a\" \xff \"\\ufffd\"");
}

// Or part of a document would be taken for all of it.
TEST(Mended, R2_ACutDocumentStaysOne) {
  const std::string whole = "[{\"a\":\"\\ud83d\",\"b\xff\":\"\\q\\u12\"}]";
  for (size_t length = 0; length < whole.size(); ++length) {
    boost::system::error_code error;
    const std::string cut = whole.substr(0, length);
    boost::json::parse(Mended(cut).value_or(cut), error);
    EXPECT_TRUE(error) << cut;
  }
}

TEST(IsDamaged, SeesTheReplacement) {
  EXPECT_TRUE(IsDamaged("a\ufffd"));
  EXPECT_FALSE(IsDamaged("a\ufffc"));
}

}  // namespace
}  // namespace causeway::json
