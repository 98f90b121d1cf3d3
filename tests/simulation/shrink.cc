#include "tests/simulation/shrink.h"

#include <algorithm>
#include <string>
#include <utility>

namespace causeway::simulation {
namespace {

// What kind of violation it is: its sentence up to the first number.
std::string KindOf(const ScheduleResult& result) {
  const std::string violation = result.violation.value_or("");
  return violation.substr(0, violation.find_first_of("0123456789"));
}

}  // namespace

ScheduleOptions Shrink(ScheduleOptions options, int tries) {
  const std::string violation = KindOf(RunSchedule(options));
  const auto fails = [&](const ScheduleOptions& fewer) { return KindOf(RunSchedule(fewer)) == violation; };
  for (size_t kind = 0; kind < kFaultKinds && tries > 0; ++kind) {
    ScheduleOptions fewer = options;
    fewer.without.insert(static_cast<Fault>(kind));
    --tries;
    if (fails(fewer)) options = std::move(fewer);
  }
  // Spans of faults: halves, quarters, … down to single ones.
  const size_t faults = RunSchedule(options).faults;
  options.left_out.resize(faults);
  for (size_t span = std::max<size_t>(1, faults / 2); tries > 0; span /= 2) {
    for (size_t from = 0; from < faults && tries > 0; from += span) {
      ScheduleOptions fewer = options;
      std::fill(fewer.left_out.begin() + from, fewer.left_out.begin() + std::min(faults, from + span), true);
      if (fewer.left_out == options.left_out) continue;
      --tries;
      if (fails(fewer)) options = std::move(fewer);
    }
    if (span <= 1) break;
  }
  return options;
}

}  // namespace causeway::simulation
