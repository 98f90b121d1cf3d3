#include "tests/simulation/totals.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace causeway::simulation {
namespace {

constexpr absl::string_view kStatuses[] = {"STOPPED", "STARTING", "RUNNING", "FAILED"};

}  // namespace

void Totals::Add(const ScheduleResult& result) {
  ++(result.violation.has_value() ? failed : passed);
  simulated += result.simulated;
  events += result.events;
  engine_calls += result.engine_calls;
  for (size_t kind = 0; kind < kFaultKinds; ++kind) {
    faults[kind] += result.faults_by_kind[kind];
    schedules_with[kind] += result.faults_by_kind[kind] > 0 ? 1 : 0;
  }
  for (size_t status = 0; status < statuses.size(); ++status) statuses[status] += result.statuses[status];
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
  for (size_t status = 0; status < statuses.size(); ++status) statuses[status] += other.statuses[status];
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
  absl::StrAppend(&text, "\nseconds in each status of the workflow:");
  for (size_t status = 0; status < statuses.size(); ++status)
    absl::StrAppend(&text, " ", kStatuses[status], " ", statuses[status]);
  return text + "\n";
}

}  // namespace causeway::simulation
