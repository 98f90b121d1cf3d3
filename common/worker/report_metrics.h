// ReportMetrics: what a replica's reports say, as metrics. Pure.
//
// A run of a workflow counts from 0. What is shown counts on from run to run and stays when the workflow is stopped,
// for as long as the process lives. Only of workflows that are in the report: what is so now, and the turns of their
// loops, which tell a loop that stands still from one that need not turn.
//
// Life: one for a process; Observe every report, in order. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "causeway/v1/control.pb.h"
#include "common/metrics/metric.h"
#include "common/metrics/registry.h"

namespace causeway::worker {

class ReportMetrics {
 public:
  // Everything that is to be shown from now on.
  std::vector<metrics::Sample> Observe(const v1::ConnectRequest& report);

 private:
  struct Labels {
    std::string instance;
    std::string workflow;
    std::string third;   // Table, code or loop.
    std::string fourth;  // Reason; empty: the metric has three labels.
  };
  struct Count {
    metrics::MetricInfo metric;
    Labels labels;
    std::pair<int64_t, int64_t> run;  // With its restart.
    double in_run = 0;
    double in_earlier_runs = 0;

    metrics::Sample Shown() const;
  };

  void ObserveWorkflow(const v1::WorkflowReport& workflow, std::vector<metrics::Sample>& samples);
  const Count& Observe(const v1::WorkflowReport& workflow, const metrics::MetricInfo& metric, Labels labels, int64_t value);

  // By metric and labels.
  std::map<std::vector<std::string>, Count> counts_;
};

}  // namespace causeway::worker
