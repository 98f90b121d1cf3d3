#include "services/controller/workflow_view.h"

#include <algorithm>
#include <map>

#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

void AddReplicas(const Lifecycle& lifecycle, async::Instant now, v1::Workflow& workflow) {
  for (const auto& [name, facts] : lifecycle.replicas()) {
    v1::Replica& replica = *workflow.add_replicas();
    replica.set_id(name);
    replica.set_reader(name == lifecycle.reader() && facts.read.Live(now));
    if (name == lifecycle.reader() && facts.read.Age(now))
      *replica.mutable_read_lease_age() = ToProto(*facts.read.Age(now));
    if (facts.write.Age(now)) *replica.mutable_write_lease_age() = ToProto(*facts.write.Age(now));
    if (!facts.report.has_value()) continue;
    *replica.mutable_partitions() = facts.report->partitions();
    replica.set_in_flight(facts.report->in_flight());
    replica.set_concurrency(facts.report->concurrency());
  }
}

void Add(const v1::TableProgress& part, v1::TableProgress& sum) {
  sum.set_table(part.table());
  sum.set_read(sum.read() + part.read());
  sum.set_queued(sum.queued() + part.queued());
  sum.set_written(sum.written() + part.written());
  sum.set_unchanged(sum.unchanged() + part.unchanged());
  sum.set_dead_lettered(sum.dead_lettered() + part.dead_lettered());
  sum.set_skipped(sum.skipped() + part.skipped());
  for (const auto& [reason, count] : part.skipped_by_reason()) (*sum.mutable_skipped_by_reason())[reason] += count;
  sum.set_calls(sum.calls() + part.calls());
}

void AddTables(const Lifecycle& lifecycle, v1::Workflow& workflow) {
  std::map<std::string, v1::TableProgress> tables;
  for (const auto& [name, facts] : lifecycle.replicas()) {
    if (!lifecycle.HoldsRun(facts)) continue;
    for (const v1::TableProgress& part : facts.report->tables()) {
      v1::TableProgress& sum = tables[part.table()];
      Add(part, sum);
      // Only who reads knows where the reader is; who read before knows where it was.
      if (name == lifecycle.reader() || sum.position().empty()) sum.set_position(part.position());
    }
  }
  for (auto& [table, progress] : tables) *workflow.add_tables() = std::move(progress);
}

}  // namespace

v1::Workflow ViewOf(const v1::StoredWorkflow& stored, const Lifecycle& lifecycle, async::Instant now,
                    absl::Time wall_time) {
  v1::Workflow workflow;
  workflow.set_name(stored.name());
  workflow.set_etag(stored.etag());
  workflow.set_type(stored.type());
  *workflow.mutable_settings() = stored.settings();
  workflow.set_status(lifecycle.status(now));
  workflow.set_waiting_for(lifecycle.WaitingFor(now));
  if (lifecycle.failure().has_value()) *workflow.mutable_failure() = *lifecycle.failure();
  for (v1::Condition& condition : lifecycle.Conditions(now, wall_time))
    *workflow.add_conditions() = std::move(condition);
  workflow.set_revision(stored.revision());
  if (workflow.status() != v1::Workflow::STATUS_STOPPED)
    workflow.set_pinned_revision(lifecycle.desired().pinned_revision);
  workflow.set_pending_changes(lifecycle.Wanted() && lifecycle.desired().pinned_revision != stored.revision());
  AddReplicas(lifecycle, now, workflow);
  AddTables(lifecycle, workflow);
  int64_t gaps = 0;
  for (const auto& [table, number] : stored.gaps()) gaps += number;
  // They are told of in the same way, but nothing is lost by them.
  for (const auto& [table, count] : stored.restores()) gaps -= count;
  workflow.set_source_gaps(gaps);
  for (const auto& [loop, restarts] : lifecycle.loop_restarts()) (*workflow.mutable_loop_restarts())[loop] = restarts;
  return workflow;
}

std::optional<absl::Time> OldestReported(const Lifecycle& lifecycle) {
  std::optional<absl::Time> oldest;
  for (const auto& [name, facts] : lifecycle.replicas()) {
    if (!facts.report.has_value() || !facts.report->has_oldest_queued_time()) continue;
    const absl::Time time = ToTime(facts.report->oldest_queued_time());
    oldest = oldest.has_value() ? std::min(*oldest, time) : time;
  }
  return oldest;
}

v1::Connection ViewOf(const v1::StoredConnection& stored) {
  v1::Connection connection = stored.connection();
  const bool set = !stored.sealed_client_secret().empty();
  if (connection.has_dynamics365()) connection.mutable_dynamics365()->set_client_secret_set(set);
  if (connection.has_campaign()) connection.mutable_campaign()->set_client_secret_set(set);
  return connection;
}

}  // namespace causeway::controller
