#include "services/sandbox/base/timestamp.h"

#include <chrono>

namespace causeway::sandbox {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes exactly `width` digits from the front of `text`; -1: there are none.
int TakeNumber(std::string_view& text, size_t width) {
  if (text.size() < width) return -1;
  int number = 0;
  for (size_t i = 0; i < width; ++i) {
    if (!IsDigit(text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return number;
}

bool TakeOneOf(std::string_view& text, std::string_view chars) {
  if (text.empty() || chars.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<int64_t> TakeDay(std::string_view& text) {
  const int year = TakeNumber(text, 4);
  if (year < 1 || !TakeOneOf(text, "-")) return std::nullopt;
  const int month = TakeNumber(text, 2);
  if (month < 1 || !TakeOneOf(text, "-")) return std::nullopt;
  const int day = TakeNumber(text, 2);
  if (day < 1) return std::nullopt;
  const year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return int64_t{sys_days(date).time_since_epoch().count()} * kDay;
}

std::optional<int64_t> TakeFraction(std::string_view& text) {
  if (!TakeOneOf(text, ".")) return 0;
  int64_t millis = 0, unit = 100;
  if (text.empty() || !IsDigit(text.front())) return std::nullopt;
  for (; !text.empty() && IsDigit(text.front()); text.remove_prefix(1), unit /= 10)
    millis += (text.front() - '0') * unit;
  return millis;
}

std::optional<int64_t> TakeOffset(std::string_view& text) {
  if (text.empty() || TakeOneOf(text, "Zz")) return 0;
  const bool west = text.front() == '-';
  if (!TakeOneOf(text, "+-")) return std::nullopt;
  const int hours = TakeNumber(text, 2);
  if (hours < 0 || hours > 14 || !TakeOneOf(text, ":")) return std::nullopt;
  const int minutes = TakeNumber(text, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  const int64_t offset = hours * kHour + minutes * kMinute;
  return west ? -offset : offset;
}

std::optional<int64_t> TakeTime(std::string_view& text) {
  const int hours = TakeNumber(text, 2);
  if (hours < 0 || hours > 23 || !TakeOneOf(text, ":")) return std::nullopt;
  const int minutes = TakeNumber(text, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  int seconds = 0;
  std::optional<int64_t> fraction = 0;
  if (TakeOneOf(text, ":")) {
    seconds = TakeNumber(text, 2);
    fraction = TakeFraction(text);
  }
  if (seconds < 0 || seconds > 59 || !fraction) return std::nullopt;
  const std::optional<int64_t> offset = TakeOffset(text);
  if (!offset) return std::nullopt;
  return hours * kHour + minutes * kMinute + seconds * kSecond + *fraction - *offset;
}

void AppendNumber(int64_t number, int width, std::string& out) {
  char digits[8];
  for (int i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  out.append(digits, width);
}

int64_t TimeOfDay(int64_t millis) { return ((millis % kDay) + kDay) % kDay; }

void AppendClock(int64_t time, std::string& out) {
  AppendNumber(time / kHour, 2, out);
  out += ':';
  AppendNumber(time / kMinute % 60, 2, out);
  out += ':';
  AppendNumber(time / kSecond % 60, 2, out);
}

void AppendDateTime(int64_t millis, char separator, bool fraction, std::string& out) {
  const int64_t time = TimeOfDay(millis);
  AppendDate(millis, out);
  out += separator;
  AppendClock(time, out);
  if (fraction) {
    out += '.';
    AppendNumber(time % kSecond, 3, out);
  }
  out += 'Z';
}

}  // namespace

std::optional<int64_t> ParseDate(std::string_view text) {
  const std::optional<int64_t> day = TakeDay(text);
  return text.empty() ? day : std::nullopt;
}

std::optional<int64_t> ParseDateTime(std::string_view text) {
  const std::optional<int64_t> day = TakeDay(text);
  if (!day || !TakeOneOf(text, "Tt ")) return std::nullopt;
  const std::optional<int64_t> time = TakeTime(text);
  if (!time || !text.empty()) return std::nullopt;
  return *day + *time;
}

void AppendDate(int64_t millis, std::string& out) {
  const year_month_day date{
      floor<days>(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(millis)))};
  AppendNumber(static_cast<int>(date.year()), 4, out);
  out += '-';
  AppendNumber(static_cast<unsigned>(date.month()), 2, out);
  out += '-';
  AppendNumber(static_cast<unsigned>(date.day()), 2, out);
}

void AppendODataTime(int64_t millis, std::string& out) { AppendDateTime(millis, 'T', false, out); }
void AppendCampaignTime(int64_t millis, std::string& out) { AppendDateTime(millis, ' ', true, out); }
void AppendMillisecondTime(int64_t millis, std::string& out) { AppendDateTime(millis, 'T', true, out); }

}  // namespace causeway::sandbox
