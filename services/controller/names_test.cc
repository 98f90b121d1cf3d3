#include "services/controller/names.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/controller/api_error.h"

namespace causeway::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(NearestNames, C9_TheFewestChangesComeFirst) {
  EXPECT_THAT(NearestNames("stage", {"prod", "stage-2", "stagee", "test"}, 2), ElementsAre("stagee", "stage-2"));
  EXPECT_THAT(NearestNames("x", {"b", "a"}, 5), ElementsAre("a", "b"));
}

TEST(NotFoundError, C9_OfManyNamesItShowsTheNearestAndHowManyThereAre) {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back(absl::StrCat("organizations/o", 1000 + i));
  names.push_back("organizations/contoso");
  const std::string message(NotFoundError("organizations/contosso", names).message());
  EXPECT_THAT(message, HasSubstr("There are 201; the nearest: organizations/contoso, "));
  EXPECT_LT(message.size(), 400u);
}

TEST(NotFoundError, C9_OfFewNamesItShowsAll) {
  const std::string message(NotFoundError("organizations/x", {"organizations/a", "organizations/b"}).message());
  EXPECT_THAT(message, HasSubstr("There are: organizations/a, organizations/b."));
  EXPECT_THAT(message, Not(HasSubstr("nearest")));
}

}  // namespace
}  // namespace causeway::controller
