// Every metric of Causeway, with what it means. docs/metrics.md says the same (a test holds it to this header).
//
// Conventions of Prometheus: base units, `_total` on counters. Label values come from small, fixed sets (instances,
// workflows, tables, codes …); never an id of a person or a record.
//
//   instance   resource name of the instance, "organizations/o/instances/i" without what is fixed: "o/i"
//   workflow   ingress, egress, opt-in-out
//   table      the source table
//   system     dynamics365, campaign, entra, ims, journal
//   code       stable error code, CW-…
//   reason     why a record is skipped: common/engine/skip_reasons.h
//   outcome    read, queued, left-out, rejected, written, unchanged, skipped, dead-lettered, swept
#pragma once

#include "common/metrics/metric.h"

namespace causeway::metrics {

// Backlog and status: the controller has them.
inline constexpr GaugeMetric<2> kBacklogRecords{
    "causeway_backlog_records",
    "Records that were read and queued and are not yet written to the destination.",
    {"instance", "workflow"}};
inline constexpr GaugeMetric<2> kBacklogBytes{
    "causeway_backlog_bytes", "Size of the backlog on the broker's disk.", {"instance", "workflow"}};
inline constexpr GaugeMetric<2> kBacklogOldestAge{"causeway_backlog_oldest_age_seconds",
                                                  "Age of the oldest record in the backlog; 0 when it is empty.",
                                                  {"instance", "workflow"}};
inline constexpr GaugeMetric<3> kWorkflowStatus{
    "causeway_workflow_status",
    "1 for the status that the workflow has (STOPPED, STARTING, RUNNING, FAILED), 0 for the others.",
    {"instance", "workflow", "status"}};
inline constexpr GaugeMetric<2> kWorkflowPendingChanges{
    "causeway_workflow_pending_changes",
    "1 when the definition was edited after the revision that runs.",
    {"instance", "workflow"}};
inline constexpr GaugeMetric<3> kWorkflowDegraded{"causeway_workflow_degraded",
                                                  "1 while the workflow is degraded because of this code.",
                                                  {"instance", "workflow", "code"}};
inline constexpr CounterMetric<4> kBooks{
    "causeway_books_records_total",
    "The books, since the table's positions began, whatever was restarted: read = queued + left-out + rejected, and queued = written + "
    "unchanged + skipped + dead-lettered + backlog; swept are deletions of what a pass did not find.",
    {"instance", "workflow", "table", "outcome"}};
inline constexpr CounterMetric<2> kSourceGaps{
    "causeway_source_gaps_total",
    "How often the source dropped data before it was read; the audit trail has each. Since the workflow was made.",
    {"instance", "workflow"}};
inline constexpr CounterMetric<3> kLoopRestarts{
    "causeway_loop_restarts_total",
    "How often the loop let its lease lapse and was begun anew, since the controller began.",
    {"instance", "workflow", "loop"}};
inline constexpr GaugeMetric<2> kReadLeaseAge{
    "causeway_read_lease_age_seconds",
    "Time since the read loop last turned; only while the workflow is started.",
    {"instance", "workflow"}};
inline constexpr GaugeMetric<2> kWriteLeaseAge{
    "causeway_write_lease_age_seconds",
    "Time since the write loop that turned longest ago last turned; only while the workflow is started.",
    {"instance", "workflow"}};
inline constexpr GaugeMetric<1> kConnectedReplicas{
    "causeway_connected_replicas",
    "Replicas of the workflow's service that are connected to the controller.",
    {"workflow"}};

inline constexpr GaugeMetric<1> kUnsafeTopics{
    "causeway_unsafe_topics",
    "Topics of Causeway whose setting of this name on the broker can lose data; \"exists\": topics that are gone.",
    {"setting"}};
inline constexpr GaugeMetric<2> kSecretExpiry{
    "causeway_secret_expiry_timestamp_seconds",
    "When a connection's client secret expires, since the Unix epoch; only where people said it.",
    {"instance", "connection"}};

// Records: each replica of a workflow service counts what it did itself.
inline constexpr CounterMetric<3> kRecordsRead{
    "causeway_records_read_total", "Rows read from the source.", {"instance", "workflow", "table"}};
inline constexpr CounterMetric<3> kRecordsQueued{
    "causeway_records_queued_total", "Records put into the backlog.", {"instance", "workflow", "table"}};
inline constexpr CounterMetric<3> kRecordsWritten{"causeway_records_written_total",
                                                  "Records created, updated or deleted in the destination.",
                                                  {"instance", "workflow", "table"}};
inline constexpr CounterMetric<3> kRecordsUnchanged{
    "causeway_records_unchanged_total",
    "Records that the destination held already as they are, found so without a call or by its answer to one.",
    {"instance", "workflow", "table"}};
inline constexpr CounterMetric<4> kRecordsSkipped{
    "causeway_records_skipped_total",
    "Records that a rule made superfluous, by reason: older than what is written, deletion of what was never written; events of a "
    "type that is not enabled or of nobody whom Dynamics 365 knows.",
    {"instance", "workflow", "table", "reason"}};
inline constexpr CounterMetric<3> kRecordsDeadLettered{"causeway_records_dead_lettered_total",
                                                       "Records that the destination refused for good.",
                                                       {"instance", "workflow", "table"}};
inline constexpr CounterMetric<3> kEngineCalls{
    "causeway_engine_calls_total",
    "Requests to the destination for records; to Campaign, what the customer pays for.",
    {"instance", "workflow", "table"}};
inline constexpr CounterMetric<3> kLoopTurns{
    "causeway_loop_turns_total",
    "Lease renewals of the read loop and of the write loop, one a report while it turns; one that does not grow is stalled.",
    {"instance", "workflow", "loop"}};
inline constexpr GaugeMetric<2> kWriteConcurrency{
    "causeway_write_concurrency",
    "Writes that may be in flight at once, adapted to what the destination bears.",
    {"instance", "workflow"}};
inline constexpr GaugeMetric<2> kWritesInFlight{
    "causeway_writes_in_flight", "Writes in flight.", {"instance", "workflow"}};
inline constexpr GaugeMetric<2> kPartitionsOwned{
    "causeway_partitions_owned", "Partitions of the backlog that this replica writes.", {"instance", "workflow"}};
inline constexpr GaugeMetric<0> kIndexBytes{
    "causeway_index_bytes", "Size of this replica's copy of the index, on disk and on its way there.", {}};
inline constexpr GaugeMetric<0> kIndexEntries{
    "causeway_index_entries",
    "About how many records the copy of the index knows, those of partitions that others write by now among them.",
    {}};
inline constexpr HistogramMetric<0> kIndexRestoreDuration{
    "causeway_index_restore_duration_seconds",
    "Time from taking a partition over to having its part of the index as Kafka has it.",
    {}};
inline constexpr CounterMetric<3> kRetries{"causeway_retries_total",
                                           "Reads and writes that failed and were tried again, by what went wrong.",
                                           {"instance", "workflow", "code"}};
inline constexpr HistogramMetric<1> kTransactionDuration{
    "causeway_transaction_duration_seconds",
    "Time from the beginning to the commit of a Kafka transaction, by the loop whose it is.",
    {"loop"}};
inline constexpr GaugeMetric<0> kControllerConnected{
    "causeway_controller_connected", "1 while this replica's stream to the controller is open.", {}};

// Requests to the systems at both ends.
inline constexpr CounterMetric<3> kHttpRequests{"causeway_http_requests_total",
                                                "HTTP requests sent; status is 0 where no answer came.",
                                                {"system", "method", "status"}};
inline constexpr HistogramMetric<2> kHttpRequestDuration{"causeway_http_request_duration_seconds",
                                                         "Time from sending an HTTP request to its whole answer.",
                                                         {"system", "method"}};
inline constexpr CounterMetric<1> kThrottledSeconds{
    "causeway_throttled_seconds_total", "Time that a system has asked us to wait.", {"system"}};

// The API.
inline constexpr CounterMetric<2> kApiRequests{"causeway_api_requests_total",
                                               "Calls of Causeway's own gRPC API, by method and gRPC status.",
                                               {"method", "status"}};

// Every process.
inline constexpr GaugeMetric<0> kBrokerReachable{
    "causeway_broker_reachable", "1 while the Kafka broker answers this process.", {}};
inline constexpr GaugeMetric<1> kCertificateExpiry{
    "causeway_certificate_expiry_timestamp_seconds",
    "When a PEM file that this process was given expires, since the Unix epoch: its own by the first certificate in "
    "it, authorities that it trusts by the last.",
    {"file"}};
inline constexpr GaugeMetric<1> kCertificateReadable{
    "causeway_certificate_readable",
    "1 while a PEM file that this process was given can be read and holds a certificate.",
    {"file"}};
inline constexpr GaugeMetric<3> kBuildInfo{
    "causeway_build_info", "Always 1; which service of which build runs.", {"service", "version", "commit"}};
inline constexpr GaugeMetric<0> kProcessStartTime{
    "process_start_time_seconds", "Start time of the process since the Unix epoch.", {}};
inline constexpr CounterMetric<0> kProcessCpu{"process_cpu_seconds_total", "User and system CPU time spent.", {}};
inline constexpr GaugeMetric<0> kProcessResidentMemory{"process_resident_memory_bytes", "Resident memory.", {}};
inline constexpr GaugeMetric<0> kProcessVirtualMemory{"process_virtual_memory_bytes", "Virtual memory.", {}};
inline constexpr GaugeMetric<0> kProcessOpenFds{"process_open_fds", "Open file descriptors.", {}};
inline constexpr GaugeMetric<0> kProcessMaxFds{"process_max_fds", "The most file descriptors that may be open.", {}};
inline constexpr GaugeMetric<0> kProcessThreads{"process_threads", "Threads.", {}};

// All of the above, in this order.
std::vector<MetricInfo> AllMetrics();

}  // namespace causeway::metrics
