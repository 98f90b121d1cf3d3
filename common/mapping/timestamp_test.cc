#include "common/mapping/timestamp.h"

#include <gtest/gtest.h>

namespace causeway::mapping {
namespace {

std::string DateTime(const std::string& text) {
  auto time = Timestamp::Parse(text);
  if (!time) return "refused";
  std::string out;
  time->AppendDateTime(out);
  return out;
}

TEST(Timestamp, I4_NormalisesToUtcMilliseconds) {
  EXPECT_EQ(DateTime("2026-11-23T08:15:30Z"), "2026-11-23 08:15:30.000Z");
  EXPECT_EQ(DateTime("2026-11-23 08:15:30"), "2026-11-23 08:15:30.000Z");
  EXPECT_EQ(DateTime("2026-11-23T08:15Z"), "2026-11-23 08:15:00.000Z");
  EXPECT_EQ(DateTime("2026-11-23T08:15:30.5Z"), "2026-11-23 08:15:30.500Z");
  EXPECT_EQ(DateTime("2026-11-23T08:15:30.1239999Z"), "2026-11-23 08:15:30.123Z");
  EXPECT_EQ(DateTime("2026-01-01T00:30:00+02:00"), "2025-12-31 22:30:00.000Z");
  EXPECT_EQ(DateTime("2026-12-31T23:30:00-01:00"), "2027-01-01 00:30:00.000Z");
  EXPECT_EQ(DateTime("1900-01-01"), "1900-01-01 00:00:00.000Z");
  EXPECT_EQ(DateTime("0001-01-01T00:00:00Z"), "0001-01-01 00:00:00.000Z");
  EXPECT_EQ(DateTime("9999-12-31T23:59:59.999Z"), "9999-12-31 23:59:59.999Z");
}

TEST(Timestamp, I4_LeapDays) {
  EXPECT_NE(DateTime("2024-02-29"), "refused");
  EXPECT_NE(DateTime("2000-02-29"), "refused");
  EXPECT_EQ(DateTime("2023-02-29"), "refused");
  EXPECT_EQ(DateTime("1900-02-29"), "refused");
}

TEST(Timestamp, I4_RefusesWhatDoesNotExist) {
  for (const char* text : {"",
                           "2026",
                           "2026-11",
                           "2026-13-01",
                           "2026-00-10",
                           "2026-04-31",
                           "2026-11-00",
                           "0000-01-01",
                           "10000-01-01",
                           "26-11-23",
                           "2026/11/23",
                           "23.11.2026",
                           "2026-11-23T",
                           "2026-11-23T24:00:00Z",
                           "2026-11-23T08:60:00Z",
                           "2026-11-23T08:15:60Z",
                           "2026-11-23T08:15:30.Z",
                           "2026-11-23T08:15:30+2:00",
                           "2026-11-23T08:15:30Zx",
                           "2026-11-23T08:15:30+24:00",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "2026-11-23 ",
                           "-026-11-23"}) {
    EXPECT_EQ(DateTime(text), "refused") << text;
  }
}

}  // namespace
}  // namespace causeway::mapping
