#include "services/ingress/row_position.h"

#include "gtest/gtest.h"

namespace causeway::ingress {
namespace {

constexpr char kNext[] = "https://contoso.example/x?$skiptoken=1";
constexpr char kDelta[] = "https://contoso.example/x?$deltatoken=1";

TEST(RowPosition, I15_IsReadAsItWasWritten) {
  for (const std::string& text : {std::string(), std::string(kDelta), std::string("2500 ") + kNext, std::string("2500 ") + kNext + " " + kDelta}) {
    EXPECT_EQ(RowPosition::Decode(text).Encode(), text);
  }
}

TEST(RowPosition, I15_KnowsWhereItsRoundBegan) {
  const RowPosition start = RowPosition::Decode("");
  EXPECT_FALSE(start.IsNext());
  EXPECT_EQ(start.Next(5000, kNext).Encode(), std::string("5000 ") + kNext) << "a pass has no round";
  const RowPosition changes = RowPosition::Decode(kDelta);
  EXPECT_FALSE(changes.IsNext());
  const RowPosition second = changes.Next(5000, kNext);
  EXPECT_TRUE(second.IsNext());
  EXPECT_EQ(second.Next(5000, "https://contoso.example/y").round, kDelta);
  EXPECT_TRUE(RowPosition::Decode(kNext).IsNext()) << "as version 0.1 kept it";
  EXPECT_EQ(RowPosition::Decode(kNext).Next(5000, kNext).round, "");
}

}  // namespace
}  // namespace causeway::ingress
