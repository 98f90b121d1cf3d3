#include "common/http/client.h"
#include "gtest/gtest.h"

namespace causeway::http {
namespace {

TEST(Response, FindsTheFirstHeaderOfAName) {
  Response response;
  response.headers = {{"a", "1"}, {"b", "2"}, {"b", "3"}};
  EXPECT_EQ(response.header("b"), "2");
  EXPECT_EQ(response.header("c"), "");
}

TEST(ParseRetryAfter, R3_UnderstandsSecondsAndDates) {
  absl::Time now;
  ASSERT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%S", "2024-02-29 12:00:00", &now, nullptr));
  const std::pair<std::string, std::optional<absl::Duration>> cases[] = {
      {"7", absl::Seconds(7)},
      {" 120 ", absl::Seconds(120)},
      {"0", absl::ZeroDuration()},
      {"Thu, 29 Feb 2024 12:00:30 GMT", absl::Seconds(30)},
      {"Thu, 29 Feb 2024 11:00:00 GMT", absl::ZeroDuration()},
      {"Thu, 30 Feb 2024 12:00:00 GMT", std::nullopt},
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"1.5", std::nullopt},
      {"soon", std::nullopt},
      {"99999999999999999999999", std::nullopt},
      {std::string("7\0", 2), std::nullopt},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(ParseRetryAfter(value, now), expected) << value;
}

}  // namespace
}  // namespace causeway::http
