#include "common/metrics/names.h"

namespace causeway::metrics {

std::vector<MetricInfo> AllMetrics() {
  return {
      Describe(kBacklogRecords),
      Describe(kBacklogBytes),
      Describe(kBacklogOldestAge),
      Describe(kWorkflowStatus),
      Describe(kWorkflowPendingChanges),
      Describe(kWorkflowDegraded),
      Describe(kSourceGaps),
      Describe(kLoopRestarts),
      Describe(kReadLeaseAge),
      Describe(kWriteLeaseAge),
      Describe(kConnectedReplicas),
      Describe(kUnsafeTopics),
      Describe(kSecretExpiry),
      Describe(kRecordsRead),
      Describe(kRecordsQueued),
      Describe(kRecordsWritten),
      Describe(kRecordsUnchanged),
      Describe(kRecordsSkipped),
      Describe(kRecordsDeadLettered),
      Describe(kEngineCalls),
      Describe(kLoopTurns),
      Describe(kWriteConcurrency),
      Describe(kWritesInFlight),
      Describe(kPartitionsOwned),
      Describe(kIndexBytes),
      Describe(kIndexEntries),
      Describe(kIndexRestoreDuration),
      Describe(kRetries),
      Describe(kTransactionDuration),
      Describe(kControllerConnected),
      Describe(kHttpRequests),
      Describe(kHttpRequestDuration),
      Describe(kThrottledSeconds),
      Describe(kApiRequests),
      Describe(kBrokerReachable),
      Describe(kCertificateExpiry),
      Describe(kBuildInfo),
      Describe(kProcessStartTime),
      Describe(kProcessCpu),
      Describe(kProcessResidentMemory),
      Describe(kProcessVirtualMemory),
      Describe(kProcessOpenFds),
      Describe(kProcessMaxFds),
      Describe(kProcessThreads),
  };
}

}  // namespace causeway::metrics
