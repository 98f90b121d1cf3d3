#include "common/errors/excerpt.h"

#include "gtest/gtest.h"

namespace causeway::errors {
namespace {

TEST(Excerpt, KeepsTextAndReplacesTheRest) {
  EXPECT_EQ(Excerpt("plain"), "plain");
  EXPECT_EQ(Excerpt("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"), "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
  EXPECT_EQ(Excerpt(std::string("a\0b\r\nc\x1b[1m", 10)), "a\ufffdb  c\ufffd[1m");
  EXPECT_EQ(Excerpt("\xff\xfe"), "\ufffd\ufffd");
  EXPECT_EQ(Excerpt("\xc0\xaf"), "\ufffd\ufffd") << "overlong";
  EXPECT_EQ(Excerpt("\xed\xa0\x80"), "\ufffd\ufffd\ufffd") << "surrogate";
  EXPECT_EQ(Excerpt("\xf4\x90\x80\x80"), "\ufffd\ufffd\ufffd\ufffd") << "beyond Unicode";
  EXPECT_EQ(Excerpt("x\xc3"), "x\ufffd") << "cut in the middle of a character";
}

TEST(Excerpt, R5_WhatSteersTheReadersScreenIsShownAsAReplacement) {
  for (const char* harmful :
       {"\x01", "\x1b", "\x7f", "\u0080", "\u0085", "\u009b", "\u009f", "\u061c", "\u200e", "\u200f", "\u202a", "\u202e",
        "\u2066", "\u2069", "\u2028", "\u2029"}) {
    EXPECT_EQ(Excerpt(std::string("a") + harmful + "b"), "a\ufffdb");
    EXPECT_EQ(Harmless(std::string("a") + harmful + "b"), "a\ufffdb");
  }
  for (const char* usual : {"\u00a0", "\u00df", "\u200d", "\u2027", "\u202f", "\u2065", "\u206a", "\U0001f600"}) {
    EXPECT_EQ(Excerpt(usual), usual);
  }
}

TEST(Excerpt, HarmlessKeepsTheWhole) { EXPECT_EQ(Harmless(std::string(10000, 'x') + "\n").size(), 10001u); }

TEST(Excerpt, CutsBetweenCharacters) {
  EXPECT_EQ(Excerpt("abc", 2), "ab");
  EXPECT_EQ(Excerpt("a\xc3\xbc", 2), "a");
  EXPECT_EQ(Excerpt(std::string(10 << 20, 'x')).size(), kExcerptBytes);
}

}  // namespace
}  // namespace causeway::errors
