#include "common/engine/deletions.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Deletions, I15_WhatIsHeldAndWhatIsNot) {
  const DeletionLimits usual;
  const struct {
    const char* what;
    PassCount count;
    DeletionLimits limits;
    bool held;
  } cases[] = {
      {"nothing is gone", {0, 0, false}, usual, false},
      {"nothing is gone, though a row can't be told", {0, 50, true}, usual, false},
      {"few of few", {100, 100, false}, usual, false},
      {"one more than the floor", {101, 101, false}, usual, true},
      {"the share to the record", {1000, 10000, false}, usual, false},
      {"one more than the share", {1001, 10000, false}, usual, true},
      {"one, but a row can't be told", {1, 10000, true}, usual, true},
      {"all, where all may go", {5000, 5000, false}, {100, 0}, false},
      {"all may go, but a row can't be told", {5000, 5000, true}, {100, 0}, true},
      {"no floor: the share decides", {2, 10, false}, {10, 0}, true},
      {"no floor: within the share", {1, 10, false}, {10, 0}, false},
      {"nothing is known, though some are gone", {200, 0, false}, usual, true},
      {"many", {2'000'000'000, 15'000'000'000, false}, usual, true},
  };
  for (const auto& one : cases) EXPECT_EQ(!WhyHeld("contact", one.count, one.limits).empty(), one.held) << one.what;
}

TEST(Deletions, I15_TheReasonSaysTheNumbers) {
  EXPECT_THAT(WhyHeld("contact", {1200, 5000, false}, {}), AllOf(HasSubstr("1200 of 5000"), HasSubstr("contact"), HasSubstr("10 %")));
  EXPECT_THAT(WhyHeld("contact", {1, 5000, true}, {}), HasSubstr("id can't be told"));
}

TEST(Deletions, I15_NothingIsSummedUpBeforeEveryPartitionHasCountedThisPass) {
  std::map<int32_t, v1::GoneCheckpoint> counted;
  const auto count = [&](int32_t partition, int64_t pass, int64_t gone, int64_t known) {
    counted[partition].set_pass(pass);
    counted[partition].set_gone(gone);
    counted[partition].set_known(known);
  };
  EXPECT_FALSE(CountOf(counted, 2, 2).has_value());
  count(0, 2, 3, 10);
  EXPECT_FALSE(CountOf(counted, 2, 2).has_value());
  count(1, 1, 100, 100);
  EXPECT_FALSE(CountOf(counted, 2, 2).has_value()) << "of an earlier pass";
  count(1, 2, 4, 20);
  const auto sum = CountOf(counted, 2, 2);
  ASSERT_TRUE(sum.has_value());
  EXPECT_EQ(sum->gone, 7);
  EXPECT_EQ(sum->known, 30);
  EXPECT_FALSE(CountOf(counted, 3, 2).has_value()) << "of a later pass";
}

}  // namespace
}  // namespace causeway::engine
