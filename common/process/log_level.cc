#include "common/process/log_level.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/strip.h"
#include "common/async/sleep.h"

namespace causeway::process {
namespace {

constexpr absl::Duration kReadEvery = absl::Seconds(2);
constexpr const char* kNames[] = {"debug", "info", "warning", "error"};

// As the file says; `usual` when it says nothing that can be understood.
log::Level Read(const std::string& file, log::Level usual) {
  std::ifstream stream(file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  log::Level level = usual;
  return log::ParseLevel(absl::StripAsciiWhitespace(text), &level) ? level : usual;
}

}  // namespace

LogLevel::LogLevel(async::Loop& loop, log::Level usual, std::string file)
    : loop_(loop), file_(std::move(file)), usual_(usual), told_(usual), tasks_(loop) {
  log::SetLevel(usual);
  if (!file_.empty()) tasks_.Spawn(FollowFile());
}

async::Task<void> LogLevel::FollowFile() {
  for (;; co_await async::SleepFor(loop_, kReadEvery)) {
    const log::Level now = Read(file_, usual_);
    if (std::exchange(told_, now) != now) Use(now);
  }
}

void LogLevel::SwitchDebug() { Use(log::GetLevel() == log::Level::kDebug ? told_ : log::Level::kDebug); }

// The line is written at the more talkative of both levels, so that it is seen.
void LogLevel::Use(log::Level level) {
  const log::Level before = log::GetLevel();
  log::SetLevel(std::min({before, level, log::Level::kInfo}));
  log::Info("log_level_changed",
            {{"from", kNames[static_cast<size_t>(before)]}, {"to", kNames[static_cast<size_t>(level)]}});
  log::SetLevel(level);
}

}  // namespace causeway::process
