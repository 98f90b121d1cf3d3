#include "common/worker/report_metrics.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/metrics/names.h"

namespace causeway::worker {

metrics::Sample ReportMetrics::Count::Shown() const {
  metrics::Sample sample{metric, {labels.instance, labels.workflow, labels.third}, in_earlier_runs + in_run};
  if (!labels.fourth.empty()) sample.label_values.push_back(labels.fourth);
  return sample;
}

const ReportMetrics::Count& ReportMetrics::Observe(const v1::WorkflowReport& workflow, const metrics::MetricInfo& metric, Labels labels,
                                                   int64_t value) {
  std::vector<std::string> key = {std::string(metric.name), labels.instance, labels.workflow, labels.third, labels.fourth};
  Count& count = counts_.try_emplace(std::move(key), Count{metric, std::move(labels), {}}).first->second;
  const std::pair<int64_t, int64_t> run(workflow.run(), workflow.restart());
  const auto now = static_cast<double>(value);
  // One that hung was begun anew under the same number.
  if (count.run != run || now < count.in_run) count.in_earlier_runs += count.in_run;
  count.run = run;
  count.in_run = now;
  return count;
}

void ReportMetrics::ObserveWorkflow(const v1::WorkflowReport& workflow, std::vector<metrics::Sample>& samples) {
  // organizations/{o}/instances/{i}/workflows/{w} → "o/i", "w".
  const std::vector<std::string> parts = absl::StrSplit(workflow.workflow(), '/');
  if (parts.size() != 6) return;
  const std::string instance = absl::StrCat(parts[1], "/", parts[3]);
  const std::string& id = parts[5];

  for (const v1::TableProgress& table : workflow.tables()) {
    const auto count = [&](const metrics::CounterMetric<3>& metric, int64_t value) {
      Observe(workflow, metrics::Describe(metric), {instance, id, table.table(), ""}, value);
    };
    count(metrics::kRecordsRead, table.read());
    count(metrics::kRecordsQueued, table.queued());
    count(metrics::kRecordsWritten, table.written());
    count(metrics::kRecordsUnchanged, table.unchanged());
    for (const auto& [reason, skipped] : table.skipped_by_reason()) {
      Observe(workflow, metrics::Describe(metrics::kRecordsSkipped), {instance, id, table.table(), reason}, skipped);
    }
    count(metrics::kRecordsDeadLettered, table.dead_lettered());
    count(metrics::kEngineCalls, table.calls());
  }
  for (const auto& [code, retries] : workflow.retries()) {
    Observe(workflow, metrics::Describe(metrics::kRetries), {instance, id, code, ""}, retries);
  }
  const metrics::MetricInfo turns = metrics::Describe(metrics::kLoopTurns);
  samples.push_back(Observe(workflow, turns, {instance, id, "read", ""}, workflow.read_turns()).Shown());
  samples.push_back(Observe(workflow, turns, {instance, id, "write", ""}, workflow.write_turns()).Shown());

  const auto gauge = [&](const metrics::GaugeMetric<2>& metric, double value) {
    samples.push_back(metrics::Sampled(metric, value, instance, id));
  };
  gauge(metrics::kWriteConcurrency, workflow.concurrency());
  gauge(metrics::kWritesInFlight, workflow.in_flight());
  gauge(metrics::kPartitionsOwned, workflow.partitions_size());
}

std::vector<metrics::Sample> ReportMetrics::Observe(const v1::ConnectRequest& report) {
  std::vector<metrics::Sample> samples;
  for (const v1::WorkflowReport& workflow : report.workflows()) ObserveWorkflow(workflow, samples);
  for (const auto& [key, count] : counts_) {
    if (count.metric.name != metrics::kLoopTurns.name) samples.push_back(count.Shown());
  }
  return samples;
}

}  // namespace causeway::worker
