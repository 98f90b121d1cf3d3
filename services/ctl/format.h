// Numbers with their units, as people read them.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace causeway::ctl {

std::string FormatCount(int64_t n);           // 12,345
std::string FormatRate(double per_second);    // 1,234/s, 3.2/s
std::string FormatSpan(absl::Duration span);  // 450ms, 12s, 3m 20s, 2h 5m, 4d 3h
std::string FormatBytes(int64_t bytes);       // 512 B, 12.3 MiB
std::string FormatClock(absl::Time time);     // 2026-11-23 08:15:30Z

absl::Duration ToDuration(const google::protobuf::Duration& span);
absl::Time ToTime(const google::protobuf::Timestamp& time);

}  // namespace causeway::ctl
