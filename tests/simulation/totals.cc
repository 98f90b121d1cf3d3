#include "tests/simulation/totals.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace causeway::simulation {
void Totals::Add(const ScheduleResult& result) {
  ++(result.violation.has_value() ? failed : passed);
  simulated += result.simulated;
  events += result.events;
  engine_calls += result.engine_calls;
  for (size_t kind = 0; kind < kFaultKinds; ++kind) {
    faults[kind] += result.faults_by_kind[kind];
    schedules_with[kind] += result.faults_by_kind[kind] > 0 ? 1 : 0;
  }
  states |= result.states;
}

void Totals::Add(const Totals& other) {
  passed += other.passed;
  failed += other.failed;
  simulated += other.simulated;
  events += other.events;
  engine_calls += other.engine_calls;
  for (size_t kind = 0; kind < kFaultKinds; ++kind) {
    faults[kind] += other.faults[kind];
    schedules_with[kind] += other.schedules_with[kind];
  }
  states |= other.states;
}

std::string Totals::Describe() const {
  std::string text =
      absl::StrFormat("%d schedules, %.1f days simulated, %.1f million events, %d engine calls\n\n", passed + failed,
                      absl::ToDoubleHours(simulated) / 24, static_cast<double>(events) / 1e6, engine_calls);
  absl::StrAppendFormat(&text, "%-28s %12s %12s\n", "fault", "struck", "schedules");
  for (size_t kind = 0; kind < kFaultKinds; ++kind) {
    const absl::string_view name = NameOf(static_cast<Fault>(kind));
    absl::StrAppendFormat(&text, "%-28s %12d %12d\n", name, faults[kind], schedules_with[kind]);
  }
  absl::StrAppend(
      &text,
      "\nstates covered (status, changes pending, replicas, a reader, stopping, stalled, degraded, read again): ",
      states.count(), "\n");
  return text;
}

}  // namespace causeway::simulation
