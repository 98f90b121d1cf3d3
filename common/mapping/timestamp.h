// Dates and points in time as Dynamics 365 sends them (ISO 8601) and as Campaign takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace causeway::mapping {

// A point in time in UTC, years 1–9999, on the proleptic Gregorian calendar.
class Timestamp {
 public:
  // 2026-11-23, 2026-11-23T08:15:30Z, with fractions of a second (cut to milliseconds) and with an offset (+02:00); a
  // blank in place of T; without offset it is UTC. Nullopt for anything else, days that don't exist among it.
  static std::optional<Timestamp> Parse(std::string_view text);

  void AppendDate(std::string& out) const;      // 2026-11-23
  void AppendDateTime(std::string& out) const;  // 2026-11-23 08:15:30.000Z

 private:
  int64_t milliseconds_ = 0;  // Since 1970-01-01T00:00Z.
};

}  // namespace causeway::mapping
