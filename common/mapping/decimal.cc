#include "common/mapping/decimal.h"

#include "absl/strings/ascii.h"

namespace causeway::mapping {
namespace {

constexpr int kMaxDigits = 400;  // More than any double has before its point (309).

// Takes the leading digits off `text`.
std::string_view TakeDigits(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && absl::ascii_isdigit(text[n])) ++n;
  std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

bool TakeOneOf(std::string_view& text, std::string_view chars) {
  if (text.empty() || chars.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// The value of an exponent, capped well above what is accepted.
int ExponentOf(std::string_view digits) {
  int value = 0;
  for (char c : digits) {
    if (value < 100'000) value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  Decimal number;
  number.negative_ = !text.empty() && text[0] == '-';
  TakeOneOf(text, "+-");
  std::string_view whole = TakeDigits(text);
  std::string_view fraction;
  if (TakeOneOf(text, ".")) {
    fraction = TakeDigits(text);
    if (fraction.empty()) return std::nullopt;
  }
  if (whole.empty()) return std::nullopt;
  int exponent = 0;
  if (TakeOneOf(text, "eE")) {
    const bool below = !text.empty() && text[0] == '-';
    TakeOneOf(text, "+-");
    std::string_view digits = TakeDigits(text);
    if (digits.empty()) return std::nullopt;
    exponent = below ? -ExponentOf(digits) : ExponentOf(digits);
  }
  if (!text.empty()) return std::nullopt;

  while (!whole.empty() && whole.front() == '0') whole.remove_prefix(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (whole.size() > kMaxDigits || fraction.size() > kMaxDigits) return std::nullopt;
  number.digits_.append(whole).append(fraction);
  number.point_ = static_cast<int>(whole.size()) + exponent;
  const size_t leading = std::min(number.digits_.find_first_not_of('0'), number.digits_.size());
  number.digits_.erase(0, leading);
  number.point_ -= static_cast<int>(leading);
  number.digits_.erase(number.digits_.find_last_not_of('0') + 1);
  if (number.digits_.empty()) return Decimal();
  if (number.point_ > kMaxDigits || static_cast<int>(number.digits_.size()) - number.point_ > kMaxDigits) {
    return std::nullopt;
  }
  return number;
}

bool Decimal::AtMost(int point, std::string_view digits) const {
  return point_ < point || (point_ == point && std::string_view(digits_) <= digits);
}

bool Decimal::FitsInt64() const {
  const bool whole = static_cast<int>(digits_.size()) <= point_ || digits_.empty();
  return whole && AtMost(19, negative_ ? "9223372036854775808" : "9223372036854775807");
}

bool Decimal::FitsFloat() const { return AtMost(39, "34028234663852885981170418348451692544"); }
bool Decimal::FitsDouble() const { return AtMost(309, "17976931348623157"); }

void Decimal::AppendTo(std::string& out) const {
  if (digits_.empty()) {
    out += '0';
    return;
  }
  const int size = static_cast<int>(digits_.size());
  if (negative_) out += '-';
  if (point_ <= 0) {
    out.append("0.").append(-point_, '0').append(digits_);
  } else if (point_ >= size) {
    out.append(digits_).append(point_ - size, '0');
  } else {
    out.append(digits_, 0, point_).append(".").append(digits_, point_);
  }
}

bool IsJsonNumber(std::string_view text) {
  TakeOneOf(text, "-");
  std::string_view whole = TakeDigits(text);
  if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) return false;
  if (TakeOneOf(text, ".") && TakeDigits(text).empty()) return false;
  if (TakeOneOf(text, "eE")) {
    TakeOneOf(text, "+-");
    if (TakeDigits(text).empty()) return false;
  }
  return text.empty();
}

}  // namespace causeway::mapping
