#include "common/mapping/zone.h"

#include "gtest/gtest.h"

namespace causeway::mapping {
namespace {

TEST(Zone, LoadsIanaNames) {
  for (const char* name : {"Europe/Amsterdam", "America/Argentina/Buenos_Aires", "Etc/GMT+12", "UTC"}) {
    absl::TimeZone zone;
    EXPECT_TRUE(LoadZone(name, zone)) << name;
  }
}

TEST(Zone, NothingThatDiffersFromMachineToMachine) {
  for (const char* name : {"", "localtime", "Fixed/UTC+01:00:00", "/etc/localtime", "file:/etc/localtime", "Europe/../Europe/Berlin",
                           "Europe/Atlantis", "W. Europe Standard Time", "europe"}) {
    absl::TimeZone zone = absl::FixedTimeZone(60);
    EXPECT_FALSE(LoadZone(name, zone)) << name;
    EXPECT_EQ(zone, absl::FixedTimeZone(60)) << name;
  }
}

TEST(Zone, KnowsWindowsNames) {
  EXPECT_EQ(IanaNameOf("W. Europe Standard Time"), "Europe/Berlin");
  EXPECT_EQ(IanaNameOf("AUS Central Standard Time"), "Australia/Darwin");
  EXPECT_EQ(IanaNameOf("Yukon Standard Time"), "America/Whitehorse");
  EXPECT_EQ(IanaNameOf("Nowhere Standard Time"), "");
  EXPECT_EQ(IanaNameOf(""), "");
}

}  // namespace
}  // namespace causeway::mapping
