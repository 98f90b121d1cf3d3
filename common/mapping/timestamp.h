// Dates and points in time as Dynamics 365 sends them (ISO 8601) and as Campaign takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace causeway::mapping {

// A point in time in UTC, years 1–9999, on the proleptic Gregorian calendar.
class Timestamp {
 public:
  // 2026-11-23, 2026-11-23T08:15:30Z, with fractions of a second (cut to milliseconds) and with an offset (+02:00); a
  // blank in place of T; without offset it is UTC. Nullopt for anything else, days that don't exist among it.
  static std::optional<Timestamp> Parse(std::string_view text);

  // Whether the text named a point in time (Z or an offset) rather than what a calendar or a clock shows somewhere.
  bool is_instant() const { return is_instant_; }

  void AppendDate(std::string& out) const;  // 2026-11-23
  // The day that it is in the zone at this point in time. False, and nothing appended: beyond the years 1–9999.
  bool AppendDateIn(const absl::TimeZone& zone, std::string& out) const;
  void AppendDateTime(std::string& out) const;  // 2026-11-23 08:15:30.000Z

 private:
  int64_t milliseconds_ = 0;  // Since 1970-01-01T00:00Z.
  bool is_instant_ = false;
};

}  // namespace causeway::mapping
