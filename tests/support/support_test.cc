#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>

#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/port.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace causeway::test_support {
namespace {

TEST(Eventually, WaitsUntilTheConditionHolds) {
  int asked = 0;
  EXPECT_TRUE(Eventually(absl::Seconds(10), [&] { return ++asked == 3; }));
  EXPECT_EQ(asked, 3);
}

TEST(Eventually, GivesUpAtTheDeadline) {
  EXPECT_FALSE(Eventually(absl::Milliseconds(20), [] { return false; }));
}

TEST(FreePort, IsNeverHandedOutTwice) { EXPECT_NE(FreePort(), FreePort()); }

TEST(TempDir, GoesAwayWithWhatItHolds) {
  auto dir = std::make_unique<TempDir>();
  const std::string file = dir->File("file");
  std::ofstream(file) << "text";
  EXPECT_EQ(access(file.c_str(), F_OK), 0);
  dir.reset();
  EXPECT_NE(access(file.c_str(), F_OK), 0);
}

TEST(SourcePath, NamesAFileOfThisCheckout) {
  EXPECT_EQ(access(SourcePath("tests/support/support_test.cc").c_str(), F_OK), 0);
}

TEST(Seed, IsOneForTheWholeProcess) { EXPECT_EQ(Seed(), Seed()); }

}  // namespace
}  // namespace causeway::test_support
