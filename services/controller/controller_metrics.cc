#include "services/controller/controller_metrics.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/metrics/names.h"
#include "services/controller/names.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

constexpr v1::Workflow::Status kStatuses[] = {v1::Workflow::STATUS_STOPPED, v1::Workflow::STATUS_STARTING,
                                              v1::Workflow::STATUS_RUNNING, v1::Workflow::STATUS_FAILED};

double Seconds(const google::protobuf::Duration& duration) { return absl::ToDoubleSeconds(ToDuration(duration)); }

void AddLeases(const v1::Workflow& workflow, const std::string& instance, const std::string& id,
               std::vector<metrics::Sample>& samples) {
  double read = -1, write = -1;
  for (const v1::Replica& replica : workflow.replicas()) {
    if (replica.has_read_lease_age()) read = std::max(read, Seconds(replica.read_lease_age()));
    if (replica.has_write_lease_age()) write = std::max(write, Seconds(replica.write_lease_age()));
  }
  if (read >= 0) samples.push_back(metrics::Sampled(metrics::kReadLeaseAge, read, instance, id));
  if (write >= 0) samples.push_back(metrics::Sampled(metrics::kWriteLeaseAge, write, instance, id));
}

void AddBooks(const v1::Workflow& workflow, const std::string& instance, const std::string& id,
              std::vector<metrics::Sample>& samples) {
  for (const v1::TableTotals& totals : workflow.totals()) {
    const std::pair<const char*, int64_t> outcomes[] = {
        {"read", totals.read()},           {"queued", totals.queued()},       {"left-out", totals.left_out()},
        {"rejected", totals.rejected()},   {"written", totals.written()},     {"unchanged", totals.unchanged()},
        {"skipped", totals.skipped()},     {"dead-lettered", totals.dead_lettered()}, {"swept", totals.swept()}};
    for (const auto& [outcome, count] : outcomes) {
      samples.push_back(metrics::Sampled(metrics::kBooks, static_cast<double>(count), instance, id, totals.table(), outcome));
    }
  }
}

// "contoso/prod" of whatever lies in that instance.
std::string InstanceLabel(absl::string_view name) {
  const std::string instance(InstanceOf(name));
  return absl::StrCat(IdOf(ParentOf(instance)), "/", IdOf(instance));
}

}  // namespace

void AddSecretExpiries(const Definitions& definitions, std::vector<metrics::Sample>& samples) {
  for (const std::string& name : definitions.Names("organizations/-/instances/-/connections/-")) {
    const v1::Connection& connection = definitions.FindConnection(name)->connection();
    const google::protobuf::Timestamp& time = connection.has_dynamics365()
                                                  ? connection.dynamics365().client_secret_expire_time()
                                                  : connection.campaign().client_secret_expire_time();
    if (time.seconds() == 0) continue;
    samples.push_back(
        metrics::Sampled(metrics::kSecretExpiry, static_cast<double>(time.seconds()), InstanceLabel(name), IdOf(name)));
  }
}

void AddSamples(const v1::Workflow& workflow, std::vector<metrics::Sample>& samples) {
  const std::string instance = InstanceLabel(workflow.name());
  const std::string id = IdOf(workflow.name());
  const v1::Backlog& backlog = workflow.backlog();
  // Before the positions have been read once nothing is known: no number is better than a wrong one.
  if (backlog.has_observe_time()) {
    samples.push_back(metrics::Sampled(metrics::kBacklogRecords, static_cast<double>(backlog.records()), instance, id));
    samples.push_back(metrics::Sampled(metrics::kBacklogBytes, static_cast<double>(backlog.bytes()), instance, id));
    samples.push_back(metrics::Sampled(metrics::kBacklogOldestAge, Seconds(backlog.oldest_age()), instance, id));
  }
  for (const v1::Workflow::Status status : kStatuses) {
    samples.push_back(metrics::Sampled(metrics::kWorkflowStatus, workflow.status() == status ? 1.0 : 0.0, instance, id,
                                       StatusName(status)));
  }
  samples.push_back(
      metrics::Sampled(metrics::kWorkflowPendingChanges, workflow.pending_changes() ? 1.0 : 0.0, instance, id));
  samples.push_back(metrics::Sampled(metrics::kSourceGaps, static_cast<double>(workflow.source_gaps()), instance, id));
  std::vector<std::string> codes;
  for (const v1::Condition& condition : workflow.conditions()) {
    const bool known = std::find(codes.begin(), codes.end(), condition.code()) != codes.end();
    if (condition.type() != "Degraded" || known) continue;
    codes.push_back(condition.code());
    samples.push_back(metrics::Sampled(metrics::kWorkflowDegraded, 1.0, instance, id, condition.code()));
  }
  for (const auto& [loop, restarts] : workflow.loop_restarts()) {
    samples.push_back(metrics::Sampled(metrics::kLoopRestarts, static_cast<double>(restarts), instance, id, loop));
  }
  AddBooks(workflow, instance, id, samples);
  AddLeases(workflow, instance, id, samples);
}

}  // namespace causeway::controller
