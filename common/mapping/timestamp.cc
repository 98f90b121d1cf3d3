#include "common/mapping/timestamp.h"

#include <chrono>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"

namespace causeway::mapping {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int64_t kMinute = 60'000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

// Takes text apart from the left; any mismatch makes it fail for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int Number(size_t width, int max) {
    int value = 0;
    if (text_.size() < width) return Fail();
    for (size_t i = 0; i < width; ++i) {
      if (!absl::ascii_isdigit(text_[i])) return Fail();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(width);
    return value <= max ? value : Fail();
  }
  char Take(std::string_view chars) {
    if (text_.empty() || chars.find(text_[0]) == std::string_view::npos) return static_cast<char>(Fail());
    return TakeAny();
  }
  bool TakeIf(char c) {
    if (text_.empty() || text_[0] != c) return false;
    TakeAny();
    return true;
  }
  // The digits of a fraction as milliseconds, further digits dropped.
  int Milliseconds() {
    int value = 0;
    size_t n = 0;
    for (; n < text_.size() && absl::ascii_isdigit(text_[n]); ++n) {
      if (n < 3) value = value * 10 + (text_[n] - '0');
    }
    if (n == 0) return Fail();
    for (size_t i = n; i < 3; ++i) value *= 10;
    text_.remove_prefix(n);
    return value;
  }
  bool at_end() const { return text_.empty(); }
  bool ok() const { return ok_; }

 private:
  char TakeAny() {
    char c = text_[0];
    text_.remove_prefix(1);
    return c;
  }
  int Fail() {
    ok_ = false;
    text_ = {};
    return 0;
  }

  std::string_view text_;
  bool ok_ = true;
};

// Z, ±hh:mm or nothing; notes which.
int64_t TakeOffset(Scanner& scan, bool& there) {
  there = !scan.at_end();
  if (!there || scan.TakeIf('Z') || scan.TakeIf('z')) return 0;
  const bool west = scan.Take("+-") == '-';
  const int64_t hours = scan.Number(2, 23);
  scan.Take(":");
  const int64_t offset = hours * kHour + scan.Number(2, 59) * kMinute;
  return west ? -offset : offset;
}

int64_t TakeTime(Scanner& scan, bool& has_offset) {
  int64_t time = scan.Number(2, 23) * kHour;
  scan.Take(":");
  time += scan.Number(2, 59) * kMinute;
  if (scan.TakeIf(':')) {
    time += scan.Number(2, 59) * int64_t{1000};
    if (scan.TakeIf('.')) time += scan.Milliseconds();
  }
  return time - TakeOffset(scan, has_offset);
}

void AppendNumber(std::string& out, int value, int width) {
  char digits[4];
  for (int i = width; i-- > 0; value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits, width);
}

void AppendDay(int year, int month, int day, std::string& out) {
  AppendNumber(out, year, 4);
  out += '-';
  AppendNumber(out, month, 2);
  out += '-';
  AppendNumber(out, day, 2);
}

constexpr int64_t kFirst = int64_t{sys_days(year(1) / 1 / 1).time_since_epoch().count()} * kDay;
constexpr int64_t kEnd = int64_t{sys_days(year(10000) / 1 / 1).time_since_epoch().count()} * kDay;

}  // namespace

std::optional<Timestamp> Timestamp::Parse(std::string_view text) {
  Scanner scan(text);
  const int y = scan.Number(4, 9999);
  scan.Take("-");
  const int m = scan.Number(2, 12);
  scan.Take("-");
  const int d = scan.Number(2, 31);
  const year_month_day date{year(y), month(m), day(d)};
  if (!scan.ok() || !date.ok()) return std::nullopt;

  Timestamp time;
  time.milliseconds_ = int64_t{sys_days(date).time_since_epoch().count()} * kDay;
  if (!scan.at_end()) {
    scan.Take("Tt ");
    time.milliseconds_ += TakeTime(scan, time.is_instant_);
  }
  if (!scan.ok() || !scan.at_end() || time.milliseconds_ < kFirst || time.milliseconds_ >= kEnd) return std::nullopt;
  return time;
}

void Timestamp::AppendDate(std::string& out) const {
  const int64_t day_number = (milliseconds_ - kFirst) / kDay + kFirst / kDay;
  const year_month_day date{sys_days(days(day_number))};
  AppendDay(static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())), out);
}

bool Timestamp::AppendDateIn(const absl::TimeZone& zone, std::string& out) const {
  const absl::CivilDay day(zone.At(absl::FromUnixMillis(milliseconds_)).cs);
  if (day.year() < 1 || day.year() > 9999) return false;
  AppendDay(static_cast<int>(day.year()), day.month(), day.day(), out);
  return true;
}

void Timestamp::AppendDateTime(std::string& out) const {
  const auto rest = static_cast<int>((milliseconds_ - kFirst) % kDay);
  AppendDate(out);
  out += ' ';
  AppendNumber(out, static_cast<int>(rest / kHour), 2);
  out += ':';
  AppendNumber(out, static_cast<int>(rest / kMinute) % 60, 2);
  out += ':';
  AppendNumber(out, rest / 1000 % 60, 2);
  out += '.';
  AppendNumber(out, rest % 1000, 3);
  out += 'Z';
}

}  // namespace causeway::mapping
