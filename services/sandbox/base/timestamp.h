// Times as text. Milliseconds since 1970, UTC; the Gregorian calendar, years 1–9999.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace causeway::sandbox {

// 2026-11-23
std::optional<int64_t> ParseDate(std::string_view text);
// 2026-11-23T10:20:30Z, with a blank for T, a fraction of a second, an offset; without an offset it is UTC.
std::optional<int64_t> ParseDateTime(std::string_view text);

void AppendDate(int64_t millis, std::string& out);             // 2026-11-23
void AppendODataTime(int64_t millis, std::string& out);        // 2026-11-23T10:20:30Z, as Dataverse: whole seconds
void AppendCampaignTime(int64_t millis, std::string& out);     // 2026-11-23 10:20:30.123Z, as Campaign
void AppendMillisecondTime(int64_t millis, std::string& out);  // 2026-11-23T10:20:30.123Z, as I/O Events

}  // namespace causeway::sandbox
