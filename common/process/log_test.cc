#include "common/process/log.h"

#include <boost/json.hpp>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::log {
namespace {

// The lines that `work` logs, each of which must be JSON.
template <typename Work>
std::vector<boost::json::object> LinesOf(const Work& work) {
  testing::internal::CaptureStderr();
  work();
  const std::string written = testing::internal::GetCapturedStderr();
  std::vector<boost::json::object> lines;
  for (const absl::string_view line : absl::StrSplit(written, '\n', absl::SkipEmpty())) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(boost::json::string_view(line.data(), line.size()), error);
    EXPECT_FALSE(error) << line;
    if (!error) lines.push_back(value.as_object());
  }
  return lines;
}

TEST(Log, WritesALineOfJsonForAnEvent) {
  SetService("ingress");
  const std::string name = "organizations/o/instances/i/workflows/ingress";
  const auto lines = LinesOf([&] {
    Info("workflow_started", {{"workflow", name},
                              {"revision", 3},
                              {"reader", true},
                              {"seconds", absl::Milliseconds(1500)},
                              {"rate", 0.25},
                              {"bytes", uint64_t{1} << 40}});
  });
  ASSERT_EQ(lines.size(), 1u);
  const boost::json::object& line = lines[0];
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(line.at("time").as_string()), &time, nullptr));
  EXPECT_EQ(line.at("time").as_string().size(), std::string("2024-05-01T12:00:00.123Z").size());
  EXPECT_EQ(line.at("level"), "info");
  EXPECT_EQ(line.at("service"), "ingress");
  EXPECT_EQ(line.at("event"), "workflow_started");
  EXPECT_EQ(line.at("workflow"), boost::json::string_view(name));
  EXPECT_EQ(line.at("revision"), 3);
  EXPECT_EQ(line.at("reader"), true);
  EXPECT_EQ(line.at("seconds"), 1.5);
  EXPECT_EQ(line.at("rate"), 0.25);
  EXPECT_EQ(line.at("bytes"), int64_t{1} << 40);
}

TEST(Log, R2_StaysOneLineOfJsonWhateverTheText) {
  const auto lines = LinesOf([] {
    for (const std::string& text :
         {std::string("\"quoted\" \\ back"), std::string("a\nb\r\0c\x1b[31m", 11), std::string("\xff\xfe"),
          std::string(1 << 20, 'x'), std::string("{}{0}%s"), std::string("gr\xc3\xbc\xc3\x9f"),
          std::string("\u202eevil\u2028\u009b")}) {
      Error(text, {{text, text}, {"infinite", std::numeric_limits<double>::infinity()}});
    }
  });
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[0].at("event"), "\"quoted\" \\ back");
  EXPECT_EQ(lines[3].at("event").as_string().size(), kMaxText);
  EXPECT_EQ(lines[4].at("event"), "{}{0}%s");
  EXPECT_EQ(lines[5].at("event"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(lines[6].at("event"), "\ufffdevil\ufffd\ufffd");
}

TEST(Log, R5_SaysWhatAStatusSaysButNoExcerpt) {
  errors::Detail detail = errors::NewDetail(errors::kCampaignRefused, "Campaign refused a value.", "contact");
  detail.excerpt = "alice@example.com";
  testing::internal::CaptureStderr();
  Warning("record_refused", errors::Make(detail), {{"attempt", 2}});
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("alice"), std::string::npos);
  const boost::json::object line = boost::json::parse(text).as_object();
  EXPECT_EQ(line.at("code"), "CW-CAM-REFUSED");
  EXPECT_EQ(line.at("message"), "Campaign refused a value.");
  EXPECT_EQ(line.at("subject"), "contact");
  EXPECT_EQ(line.at("attempt"), 2);
  EXPECT_TRUE(line.contains("remedy"));
}

TEST(Log, ChangesItsLevelAtRunTime) {
  const auto all = [] {
    Debug("debug");
    Info("info");
    Warning("warning");
    Error("error");
  };
  EXPECT_EQ(LinesOf(all).size(), 3u);
  SetLevel(Level::kError);
  EXPECT_EQ(LinesOf(all).size(), 1u);
  SetLevel(Level::kDebug);
  EXPECT_EQ(LinesOf(all).size(), 4u);
  SetLevel(Level::kInfo);
  Level level = Level::kInfo;
  EXPECT_TRUE(ParseLevel("warning", &level));
  EXPECT_EQ(level, Level::kWarning);
  EXPECT_FALSE(ParseLevel("loud", &level));
}

TEST(Log, WritesWholeLinesFromManyThreads) {
  const auto lines = LinesOf([] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([i] {
        for (int k = 0; k < 100; ++k) Info("event", {{"thread", i}, {"text", std::string(200, 'x')}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_EQ(lines.size(), 800u);
}

}  // namespace
}  // namespace causeway::log
