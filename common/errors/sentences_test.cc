#include "common/errors/sentences.h"

#include <vector>

#include "gtest/gtest.h"

namespace causeway::errors {
namespace {

std::string Of(std::vector<Sentence> sentences) { return Together(sentences); }

TEST(Sentences, OneThatRepeatsIsToldOnce) { EXPECT_EQ(Of({{"It is away."}, {"Wait."}, {"It is away."}}), "It is away. Wait."); }

TEST(Sentences, ThoseThatDifferInANameBecomeOneWithAList) {
  EXPECT_EQ(Of({{"There is no field a.", "a"}, {"There is no column e to read.", "e"}, {"There is no field b_c.", "b_c"}, {"There is no field a.", "a"}}),
            "There is no field a, b_c. There is no column e to read.");
}

TEST(Sentences, ANameIsAWordOfItsOwn) {
  EXPECT_EQ(Of({{"Column e can't be read.", "e"}, {"Column f can't be read.", "f"}}), "Column e, f can't be read.");
  EXPECT_EQ(Of({{"It reads.", "e"}, {"It reads.", "f"}}), "It reads.");
}

TEST(Sentences, NothingIsNothing) { EXPECT_EQ(Of({}), ""); }

}  // namespace
}  // namespace causeway::errors
