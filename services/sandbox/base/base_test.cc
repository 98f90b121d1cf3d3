#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/dice.h"
#include "services/sandbox/base/guid.h"
#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/packed_row.h"
#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"

namespace causeway::sandbox {
namespace {

using ::testing::ElementsAre;

TEST(Timestamp, ReadsWhatItWrites) {
  std::string odata, campaign, event, date;
  const int64_t millis = 1'763'979'630'123;
  AppendODataTime(millis, odata);
  AppendCampaignTime(millis, campaign);
  AppendMillisecondTime(millis, event);
  AppendDate(millis, date);
  EXPECT_EQ(odata, "2025-11-24T10:20:30Z");
  EXPECT_EQ(campaign, "2025-11-24 10:20:30.123Z");
  EXPECT_EQ(event, "2025-11-24T10:20:30.123Z");
  EXPECT_EQ(date, "2025-11-24");
  EXPECT_EQ(ParseDateTime(campaign), millis);
  EXPECT_EQ(ParseDateTime(event), millis);
  EXPECT_EQ(ParseDateTime("2025-11-24T11:20:30.1234567+01:00"), millis);
  EXPECT_EQ(ParseDate("1969-12-31"), -24 * 3600 * 1000);
}

TEST(Timestamp, RefusesWhatIsNone) {
  for (const char* text :
       {"", "2025", "2025-02-29", "2025-13-01", "0000-01-01", "25-11-24", "2025-11-24T", "2025-11-24x"})
    EXPECT_FALSE(ParseDate(text)) << text;
  for (const char* text : {"2025-11-24", "2025-11-24T24:00:00Z", "2025-11-24T10:60:00Z", "2025-11-24T10:20:30+15:00",
                           "2025-11-24T10:20:30.Z", "2025-11-24T10:20:30ZZ", "2025-11-24T10"})
    EXPECT_FALSE(ParseDateTime(text)) << text;
}

TEST(JsonText, EscapesOnlyWhatMustBe) {
  const std::string text("a\"b\\c\n\x01/é\0z", 12);
  const std::string token = JsonString(text);
  EXPECT_EQ(token, R"("a\"b\\c\n\u0001/é\u0000z")");
  std::string scratch;
  EXPECT_EQ(TextOfToken(token, scratch), text);
  EXPECT_EQ(TextOfToken("null", scratch), "");
  EXPECT_EQ(TextOfToken("12.5", scratch), "12.5");
  EXPECT_EQ(CodePoints("Šimić 😀"), 7u);
}

TEST(PackedRowTest, KeepsShortLongAndMissingValues) {
  const std::string long_token = JsonString(std::string(70'000, 'x'));
  std::vector<std::string_view> tokens(300);
  tokens[0] = "true";
  tokens[7] = long_token;
  tokens[299] = "\"last\"";
  const PackedRow row{std::span<const std::string_view>(tokens)};
  std::vector<std::string_view> unpacked(300, "left over");
  row.Unpack(unpacked);
  EXPECT_EQ(unpacked, tokens);
  EXPECT_EQ(row.Get(299), "\"last\"");
  EXPECT_EQ(row.Get(1), "");
  EXPECT_EQ(PackedRow::FromBytes(row.bytes()).Get(7), long_token);
  EXPECT_FALSE(PackedRow());
  EXPECT_TRUE(PackedRow(std::span<const std::string_view>())) << "a row without values is a row";
}

TEST(SealedToken, NoticesEveryChange) {
  const std::string token = Seal("contact|42");
  EXPECT_EQ(Unseal(token), "contact|42");
  for (size_t i = 0; i + 1 < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(Unseal(changed)) << i;
  }
  EXPECT_FALSE(Unseal(""));
  EXPECT_FALSE(Unseal("%%%"));
}

TEST(GuidTest, ReadsAndWrites) {
  const auto guid = Guid::Parse("5A4DB0C0-1234-4000-8000-00000000000f");
  ASSERT_TRUE(guid);
  EXPECT_EQ(guid->ToString(), "5a4db0c0-1234-4000-8000-00000000000f");
  EXPECT_EQ(Guid::FromBits(~0ull, ~0ull).ToString(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  for (const char* text :
       {"", "5a4db0c0", "5a4db0c0-1234-4000-8000-00000000000", "5a4db0c0-1234-4000-8000-00000000000g",
        "{5a4db0c0-1234-4000-8000-00000000000f}", "5a4db0c012344000800000000000000f"})
    EXPECT_FALSE(Guid::Parse(text)) << text;
}

TEST(DiceTest, SameSeedSameThrows) {
  Dice a(1), b(1), c(2);
  EXPECT_EQ(a.Bits(), b.Bits());
  EXPECT_NE(a.Bits(), c.Bits());
  for (int i = 0; i < 1000; ++i) EXPECT_LT(a.Below(7), 7u);
}

TEST(Text, Pieces) {
  EXPECT_EQ(Cat("a", 1, -2.5, std::string("b")), "a1-2.5b");
  EXPECT_THAT(Split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_EQ(ParseNumber("12"), 12);
  EXPECT_FALSE(ParseNumber("12 "));
  EXPECT_FALSE(ParseNumber(""));
}

}  // namespace
}  // namespace causeway::sandbox
