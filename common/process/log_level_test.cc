#include "common/process/log_level.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/async/testing/manual_loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::process {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LogLevelTest : public ::testing::Test {
 protected:
  ~LogLevelTest() override {
    std::remove(file_.c_str());
    log::SetLevel(log::Level::kInfo);
  }

  // What it logs when the file holds this.
  std::string Write(const std::string& text) {
    std::ofstream(file_) << text;
    testing::internal::CaptureStderr();
    loop_.Advance(absl::Seconds(3));
    return testing::internal::GetCapturedStderr();
  }

  const std::string file_ = absl::StrCat(testing::TempDir(), "/log-level-", getpid());
  async::ManualLoop loop_;
};

TEST_F(LogLevelTest, K3_FollowsItsFileWhileTheProcessRuns) {
  const LogLevel level(loop_, log::Level::kWarning, file_);
  EXPECT_EQ(log::GetLevel(), log::Level::kWarning);
  EXPECT_THAT(Write("debug\n"), HasSubstr(R"("from":"warning","to":"debug")"));
  EXPECT_EQ(log::GetLevel(), log::Level::kDebug);
  EXPECT_THAT(Write("debug\n"), IsEmpty());
  EXPECT_THAT(Write("error"), HasSubstr("log_level_changed"));
  EXPECT_EQ(log::GetLevel(), log::Level::kError);
}

TEST_F(LogLevelTest, K3_WhatIsNoLevelIsTheUsualOne) {
  const LogLevel level(loop_, log::Level::kWarning, file_);
  Write("debug");
  Write("loud");
  EXPECT_EQ(log::GetLevel(), log::Level::kWarning);
}

TEST_F(LogLevelTest, ASignalSwitchesToDebugAndBackToWhatTheFileSays) {
  LogLevel level(loop_, log::Level::kWarning, file_);
  Write("error");
  testing::internal::CaptureStderr();
  level.SwitchDebug();
  EXPECT_EQ(log::GetLevel(), log::Level::kDebug);
  level.SwitchDebug();
  EXPECT_EQ(log::GetLevel(), log::Level::kError);
  testing::internal::GetCapturedStderr();
}

}  // namespace
}  // namespace causeway::process
