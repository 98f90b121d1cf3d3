#include "services/controller/paging.h"

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

size_t Small(const std::string&) { return 1; }

const std::vector<std::string> kNames = {"a", "b", "c", "d", "e"};

TEST(PageOf, C9_TokensLeadThroughAllNamesOnce) {
  std::vector<std::string> seen;
  std::string token;
  do {
    const auto page = PageOf(kNames, "list", 2, token, Small);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->names.size(), 2u);
    seen.insert(seen.end(), page->names.begin(), page->names.end());
    token = page->next_page_token;
  } while (!token.empty());
  EXPECT_EQ(seen, kNames);
}

TEST(PageOf, C9_ANameThatWasDeletedMeanwhileHoldsNothingUp) {
  const auto first = PageOf(kNames, "list", 2, "", Small);
  ASSERT_TRUE(first.ok());
  const auto second = PageOf({"a", "c", "d"}, "list", 2, first->next_page_token, Small);
  ASSERT_TRUE(second.ok());
  EXPECT_THAT(second->names, ElementsAre("c", "d"));
  EXPECT_THAT(second->next_page_token, IsEmpty());
}

TEST(PageOf, C9_RefusesTokensOfOtherListsAndBadSizes) {
  const std::string token = PageOf(kNames, "list", 2, "", Small)->next_page_token;
  EXPECT_TRUE(errors::Is(PageOf(kNames, "another", 2, token, Small).status(), errors::kApiInvalid));
  EXPECT_TRUE(errors::Is(PageOf(kNames, "list", 2, "made up", Small).status(), errors::kApiInvalid));
  EXPECT_TRUE(errors::Is(PageOf(kNames, "list", -1, "", Small).status(), errors::kApiInvalid));
}

TEST(PageOf, C9_APageOfLargeThingsEndsBeforeItIsTooLargeForAMessage) {
  const auto mebibyte = [](const std::string&) { return size_t{1} << 20; };
  const auto first = PageOf(kNames, "list", 0, "", mebibyte);
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(first->names, ElementsAre("a", "b"));
  EXPECT_THAT(PageOf(kNames, "list", 0, first->next_page_token, mebibyte)->names, ElementsAre("c", "d"));
}

TEST(PageOf, C9_OneThingThatIsLargeAloneIsAPage) {
  const auto large = [](const std::string& name) { return name == "b" ? size_t{3} << 20 : size_t{1}; };
  std::vector<std::vector<std::string>> pages;
  std::string token;
  do {
    const auto page = PageOf(kNames, "list", 0, token, large);
    ASSERT_TRUE(page.ok());
    pages.push_back(page->names);
    token = page->next_page_token;
  } while (!token.empty() && pages.size() < 5);
  EXPECT_THAT(pages, ElementsAre(ElementsAre("a"), ElementsAre("b"), ElementsAre("c", "d", "e")));
}

TEST(PageSize, C9_HasADefaultAndABound) {
  EXPECT_EQ(*PageSize(0), 50u);
  EXPECT_EQ(*PageSize(1'000'000), 1000u);
}

}  // namespace
}  // namespace causeway::controller
