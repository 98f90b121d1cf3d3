#include "services/controller/paging.h"

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string> kNames = {"a", "b", "c", "d", "e"};

TEST(PageOf, C9_TokensLeadThroughAllNamesOnce) {
  std::vector<std::string> seen;
  std::string token;
  do {
    const auto page = PageOf(kNames, "list", 2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->names.size(), 2u);
    seen.insert(seen.end(), page->names.begin(), page->names.end());
    token = page->next_page_token;
  } while (!token.empty());
  EXPECT_EQ(seen, kNames);
}

TEST(PageOf, C9_ANameThatWasDeletedMeanwhileHoldsNothingUp) {
  const auto first = PageOf(kNames, "list", 2, "");
  ASSERT_TRUE(first.ok());
  const auto second = PageOf({"a", "c", "d"}, "list", 2, first->next_page_token);
  ASSERT_TRUE(second.ok());
  EXPECT_THAT(second->names, ElementsAre("c", "d"));
  EXPECT_THAT(second->next_page_token, IsEmpty());
}

TEST(PageOf, C9_RefusesTokensOfOtherListsAndBadSizes) {
  const std::string token = PageOf(kNames, "list", 2, "")->next_page_token;
  EXPECT_TRUE(errors::Is(PageOf(kNames, "another", 2, token).status(), errors::kApiInvalid));
  EXPECT_TRUE(errors::Is(PageOf(kNames, "list", 2, "made up").status(), errors::kApiInvalid));
  EXPECT_TRUE(errors::Is(PageOf(kNames, "list", -1, "").status(), errors::kApiInvalid));
}

TEST(PageSize, C9_HasADefaultAndABound) {
  EXPECT_EQ(*PageSize(0), 50u);
  EXPECT_EQ(*PageSize(1'000'000), 1000u);
}

}  // namespace
}  // namespace causeway::controller
