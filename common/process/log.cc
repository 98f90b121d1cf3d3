#include "common/process/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"

namespace causeway::log {
namespace {

constexpr std::array<absl::string_view, 4> kLevelNames = {"debug", "info", "warning", "error"};

spdlog::level::level_enum SpdlogLevel(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// Never destroyed: threads may log while the process ends.
spdlog::logger& Logger() {
  static spdlog::logger* const logger = [] {
    auto* made = new spdlog::logger("causeway", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::info);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

std::string& Service() {
  static auto* const name = new std::string;
  return *name;
}

void AppendText(std::string& line, absl::string_view text) {
  line.push_back('"');
  // Without control characters and malformed UTF-8, only two characters are left that JSON wants escaped (RFC 8259, 7).
  for (const char c : errors::Excerpt(text, kMaxText)) {
    if (c == '"' || c == '\\') line.push_back('\\');
    line.push_back(c);
  }
  line.push_back('"');
}

void AppendValue(std::string& line, const Field::Value& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) {
    absl::StrAppend(&line, *boolean ? "true" : "false");
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    absl::StrAppend(&line, *integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    // JSON has no infinity.
    std::isfinite(*number) ? absl::StrAppend(&line, *number) : AppendText(line, absl::StrCat(*number));
  } else {
    AppendText(line, std::get<absl::string_view>(value));
  }
}

void AppendField(std::string& line, const Field& field) {
  line.push_back(',');
  AppendText(line, field.key());
  line.push_back(':');
  AppendValue(line, field.value());
}

std::string LineOf(Level level, absl::string_view event, Fields fields) {
  std::string line =
      absl::StrCat("{\"time\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone()),
                   "\",\"level\":\"", kLevelNames[static_cast<size_t>(level)], "\"");
  AppendField(line, {"service", Service()});
  AppendField(line, {"event", event});
  for (const Field& field : fields) AppendField(line, field);
  return line;
}

void Write(Level level, std::string line) {
  line.push_back('}');
  Logger().log(SpdlogLevel(level), spdlog::string_view_t(line));
}

void Log(Level level, absl::string_view event, Fields fields) {
  if (Logger().should_log(SpdlogLevel(level))) Write(level, LineOf(level, event, fields));
}

void LogStatus(Level level, absl::string_view event, const absl::Status& status, Fields fields) {
  if (!Logger().should_log(SpdlogLevel(level))) return;
  std::string line = LineOf(level, event, fields);
  const errors::Detail detail = errors::Describe(status);
  AppendField(line, {"code", detail.code});
  AppendField(line, {"message", detail.message});
  if (!detail.remedy.empty()) AppendField(line, {"remedy", detail.remedy});
  if (!detail.subject.empty()) AppendField(line, {"subject", detail.subject});
  Write(level, std::move(line));
}

}  // namespace

void Debug(absl::string_view event, Fields fields) { Log(Level::kDebug, event, fields); }
void Info(absl::string_view event, Fields fields) { Log(Level::kInfo, event, fields); }
void Warning(absl::string_view event, Fields fields) { Log(Level::kWarning, event, fields); }
void Error(absl::string_view event, Fields fields) { Log(Level::kError, event, fields); }

void Warning(absl::string_view event, const absl::Status& status, Fields fields) {
  LogStatus(Level::kWarning, event, status, fields);
}
void Error(absl::string_view event, const absl::Status& status, Fields fields) {
  LogStatus(Level::kError, event, status, fields);
}

void SetService(absl::string_view name) { Service() = std::string(name); }

void SetLevel(Level level) { Logger().set_level(SpdlogLevel(level)); }

Level GetLevel() {
  switch (Logger().level()) {
    case spdlog::level::debug:
      return Level::kDebug;
    case spdlog::level::info:
      return Level::kInfo;
    case spdlog::level::warn:
      return Level::kWarning;
    default:
      return Level::kError;
  }
}

bool ParseLevel(absl::string_view text, Level* level) {
  for (size_t i = 0; i < kLevelNames.size(); ++i) {
    if (text == kLevelNames[i]) {
      *level = static_cast<Level>(i);
      return true;
    }
  }
  return false;
}

}  // namespace causeway::log
