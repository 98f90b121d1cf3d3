// Decimal numbers as the digits they were written with: nothing passes through binary floating point, so 0.1 stays 0.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace causeway::mapping {

class Decimal {
 public:
  // [+-]digits[.digits][e[+-]digits]; JSON's numbers are among them. Nullopt for anything else, and for more than 400
  // digits before or behind the point.
  static std::optional<Decimal> Parse(std::string_view text);

  // Whether it is an integer of 64 bits.
  bool FitsInt64() const;
  // Whether its magnitude is within IEEE 754's single or double precision.
  bool FitsFloat() const;
  bool FitsDouble() const;

  // Plain digits without exponent, leading or trailing zeros, or a sign of zero: 1.50 → 1.5, 1e3 → 1000, -0.0 → 0.
  void AppendTo(std::string& out) const;

 private:
  bool AtMost(int point, std::string_view digits) const;

  // ± 0.d1d2d3… × 10^point_, without leading and trailing zeros; zero has no digits.
  bool negative_ = false;
  std::string digits_;
  int point_ = 0;
};

// Whether the text is a number by JSON's grammar (RFC 8259 section 6).
bool IsJsonNumber(std::string_view text);

}  // namespace causeway::mapping
