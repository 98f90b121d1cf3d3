#include "common/process/flags.h"

#include <cstdlib>

#include "common/process/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::process {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FlagsTest : public testing::Test {
 protected:
  FlagsTest() {
    flags_.Add("kafka", &kafka_, "brokers");
    flags_.Add("max-rows", &max_rows_, "rows");
    flags_.Add("fast", &fast_, "whether");
    flags_.Add("stop-after", &stop_after_, "how long");
    flags_.Add("key-file", &key_files_, "files");
  }
  ~FlagsTest() override {
    for (const char* name :
         {"CAUSEWAY_KAFKA", "CAUSEWAY_MAX_ROWS", "CAUSEWAY_FAST", "CAUSEWAY_STOP_AFTER", "CAUSEWAY_KEY_FILE"})
      unsetenv(name);
  }
  std::optional<int> Parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "causeway-test");
    return flags_.Parse(static_cast<int>(arguments.size()), arguments.data());
  }
  // What Parse prints on its way to an exit code.
  std::string ParseToEnd(std::vector<const char*> arguments, int exit_code) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(Parse(std::move(arguments)), exit_code);
    return testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
  }

  std::string kafka_ = "127.0.0.1:9092";
  int max_rows_ = 10;
  bool fast_ = false;
  absl::Duration stop_after_ = absl::Seconds(5);
  std::vector<std::string> key_files_;
  Flags flags_{"causeway-test", "Tests flags."};
};

TEST_F(FlagsTest, KeepsTheDefaults) {
  EXPECT_EQ(Parse({}), std::nullopt);
  EXPECT_EQ(kafka_, "127.0.0.1:9092");
  EXPECT_EQ(stop_after_, absl::Seconds(5));
}

TEST_F(FlagsTest, ReadsTheCommandLine) {
  EXPECT_EQ(Parse({"--kafka", "a:1,b:2", "--max-rows=7", "--fast", "--stop-after", "1m30s", "--key-file", "x",
                   "--key-file=y"}),
            std::nullopt);
  EXPECT_EQ(kafka_, "a:1,b:2");
  EXPECT_EQ(max_rows_, 7);
  EXPECT_TRUE(fast_);
  EXPECT_EQ(stop_after_, absl::Seconds(90));
  EXPECT_THAT(key_files_, ElementsAre("x", "y"));
}

TEST_F(FlagsTest, ReadsTheEnvironmentUnlessTheCommandLineSaysOtherwise) {
  setenv("CAUSEWAY_KAFKA", "from:1", 1);
  setenv("CAUSEWAY_MAX_ROWS", "3", 1);
  setenv("CAUSEWAY_FAST", "true", 1);
  setenv("CAUSEWAY_STOP_AFTER", "200ms", 1);
  setenv("CAUSEWAY_KEY_FILE", "x,y", 1);
  EXPECT_EQ(Parse({"--max-rows", "4"}), std::nullopt);
  EXPECT_EQ(kafka_, "from:1");
  EXPECT_EQ(max_rows_, 4);
  EXPECT_TRUE(fast_);
  EXPECT_EQ(stop_after_, absl::Milliseconds(200));
  EXPECT_THAT(key_files_, ElementsAre("x", "y"));
}

TEST_F(FlagsTest, EndsOnAMistakeAndNamesIt) {
  EXPECT_THAT(ParseToEnd({"--kafak", "x"}, kUsageError), HasSubstr("--kafak"));
  EXPECT_THAT(ParseToEnd({"--max-rows", "many"}, kUsageError), HasSubstr("--max-rows"));
  EXPECT_THAT(ParseToEnd({"--stop-after", "soon"}, kUsageError), HasSubstr("soon"));
  EXPECT_THAT(ParseToEnd({"--stop-after=-1s"}, kUsageError), HasSubstr("--stop-after"));
  EXPECT_THAT(ParseToEnd({"stray"}, kUsageError), HasSubstr("stray"));
}

TEST_F(FlagsTest, ExplainsItself) {
  const std::string help = ParseToEnd({"--help"}, kStopped);
  EXPECT_THAT(help, HasSubstr("--stop-after"));
  EXPECT_THAT(help, HasSubstr("5s"));
  EXPECT_THAT(help, HasSubstr("CAUSEWAY_MAX_ROWS"));
  EXPECT_THAT(ParseToEnd({"--version"}, kStopped), HasSubstr("causeway-test "));
}

}  // namespace
}  // namespace causeway::process
