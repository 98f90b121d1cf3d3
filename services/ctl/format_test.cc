#include "services/ctl/format.h"

#include <gtest/gtest.h>

#include "services/ctl/table.h"

namespace causeway::ctl {
namespace {

TEST(Format, Counts) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(12345), "12,345");
  EXPECT_EQ(FormatCount(-1234567), "-1,234,567");
  EXPECT_EQ(FormatCount(-123), "-123");
}

TEST(Format, Rates) {
  EXPECT_EQ(FormatRate(0), "0/s");
  EXPECT_EQ(FormatRate(3.21), "3.2/s");
  EXPECT_EQ(FormatRate(1234.4), "1,234/s");
}

TEST(Format, Spans) {
  EXPECT_EQ(FormatSpan(absl::Milliseconds(450)), "450ms");
  EXPECT_EQ(FormatSpan(absl::Seconds(12)), "12s");
  EXPECT_EQ(FormatSpan(absl::Seconds(200)), "3m 20s");
  EXPECT_EQ(FormatSpan(absl::Minutes(5)), "5m");
  EXPECT_EQ(FormatSpan(absl::Minutes(125)), "2h 5m");
  EXPECT_EQ(FormatSpan(absl::Hours(99)), "4d 3h");
}

TEST(Format, Bytes) {
  EXPECT_EQ(FormatBytes(512), "512 B");
  EXPECT_EQ(FormatBytes(12'900'000), "12.3 MiB");
  EXPECT_EQ(FormatBytes(int64_t{10} << 30), "10.0 GiB");
}

TEST(Table, AlignsByWhatIsSeen) {
  Table table({"NAME", ">BACKLOG", "NOTE"});
  table.Add({"Zoë", "12,345", "a"});
  table.Add({"Annette", "7", ""});
  EXPECT_EQ(table.ToString(),
            "NAME      BACKLOG   NOTE\n"
            "Zoë        12,345   a\n"
            "Annette         7   -\n");
}

}  // namespace
}  // namespace causeway::ctl
