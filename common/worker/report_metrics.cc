#include "common/worker/report_metrics.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/metrics/names.h"

namespace causeway::worker {
namespace {

struct Labels {
  std::string instance;
  std::string workflow;
};

// organizations/{o}/instances/{i}/workflows/{w} → "o/i", "w".
Labels LabelsOf(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() != 6) return {name, ""};
  return {absl::StrCat(parts[1], "/", parts[3]), parts[5]};
}

void AddTable(const Labels& of, const v1::TableProgress& table, std::vector<metrics::Sample>& samples) {
  const auto add = [&](const metrics::CounterMetric<3>& metric, int64_t value) {
    samples.push_back(metrics::Sampled(metric, static_cast<double>(value), of.instance, of.workflow, table.table()));
  };
  add(metrics::kRecordsRead, table.read());
  add(metrics::kRecordsQueued, table.queued());
  add(metrics::kRecordsWritten, table.written());
  add(metrics::kRecordsUnchanged, table.unchanged());
  add(metrics::kRecordsSkipped, table.skipped());
  add(metrics::kRecordsDeadLettered, table.dead_lettered());
  add(metrics::kEngineCalls, table.calls());
}

void AddWorkflow(const v1::WorkflowReport& workflow, std::vector<metrics::Sample>& samples) {
  const Labels of = LabelsOf(workflow.workflow());
  for (const v1::TableProgress& table : workflow.tables()) AddTable(of, table, samples);
  for (const auto& [code, count] : workflow.retries()) {
    samples.push_back(metrics::Sampled(metrics::kRetries, static_cast<double>(count), of.instance, of.workflow, code));
  }
  const auto turns = [&](const char* loop, int64_t count) {
    samples.push_back(
        metrics::Sampled(metrics::kLoopTurns, static_cast<double>(count), of.instance, of.workflow, loop));
  };
  turns("read", workflow.read_turns());
  turns("write", workflow.write_turns());
  const auto gauge = [&](const metrics::GaugeMetric<2>& metric, double value) {
    samples.push_back(metrics::Sampled(metric, value, of.instance, of.workflow));
  };
  gauge(metrics::kWriteConcurrency, workflow.concurrency());
  gauge(metrics::kWritesInFlight, workflow.in_flight());
  gauge(metrics::kPartitionsOwned, workflow.partitions_size());
}

}  // namespace

std::vector<metrics::Sample> SamplesOf(const v1::ConnectRequest& report) {
  std::vector<metrics::Sample> samples;
  for (const v1::WorkflowReport& workflow : report.workflows()) AddWorkflow(workflow, samples);
  return samples;
}

}  // namespace causeway::worker
