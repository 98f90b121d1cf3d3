#include "common/errors/excerpt.h"

#include "gtest/gtest.h"

namespace causeway::errors {
namespace {

TEST(Excerpt, KeepsTextAndReplacesTheRest) {
  EXPECT_EQ(Excerpt("plain"), "plain");
  EXPECT_EQ(Excerpt("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"), "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
  EXPECT_EQ(Excerpt(std::string("a\0b\r\nc\x1b[1m", 10)), "a b  c [1m");
  EXPECT_EQ(Excerpt("\xff\xfe"), "??");
  EXPECT_EQ(Excerpt("\xc0\xaf"), "??") << "overlong";
  EXPECT_EQ(Excerpt("\xed\xa0\x80"), "???") << "surrogate";
  EXPECT_EQ(Excerpt("\xf4\x90\x80\x80"), "????") << "beyond Unicode";
  EXPECT_EQ(Excerpt("x\xc3"), "x?") << "cut in the middle of a character";
}

TEST(Excerpt, CutsBetweenCharacters) {
  EXPECT_EQ(Excerpt("abc", 2), "ab");
  EXPECT_EQ(Excerpt("a\xc3\xbc", 2), "a");
  EXPECT_EQ(Excerpt(std::string(10 << 20, 'x')).size(), kExcerptBytes);
}

}  // namespace
}  // namespace causeway::errors
