#include "common/worker/report_metrics.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::worker {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::IsEmpty;

auto IsSample(const std::string& name, std::vector<std::string> labels, double value) {
  return testing::Truly([=](const metrics::Sample& sample) {
    return std::string(sample.metric.name) == name && sample.label_values == labels && sample.value == value;
  });
}

v1::ConnectRequest Report(int64_t run, int64_t written, int64_t restart = 0) {
  v1::ConnectRequest report;
  v1::WorkflowReport& workflow = *report.add_workflows();
  workflow.set_workflow("organizations/contoso/instances/prod/workflows/ingress");
  workflow.set_run(run);
  workflow.set_restart(restart);
  workflow.set_write_turns(written);
  v1::TableProgress& table = *workflow.add_tables();
  table.set_table("contact");
  table.set_written(written);
  return report;
}

auto IsWritten(double value) {
  return IsSample("causeway_records_written_total", {"contoso/prod", "ingress", "contact"}, value);
}

auto AreWriteTurns(double value) {
  return IsSample("causeway_loop_turns_total", {"contoso/prod", "ingress", "write"}, value);
}

TEST(ReportMetrics, K5_ShowsWhatEachTableDid) {
  v1::ConnectRequest report = Report(1, 11);
  v1::WorkflowReport& workflow = *report.mutable_workflows(0);
  workflow.set_in_flight(3);
  workflow.add_partitions(4);
  workflow.add_partitions(7);
  (*workflow.mutable_retries())["CW-CAMP-DOWN"] = 5;
  workflow.mutable_tables(0)->set_calls(12);
  (*workflow.mutable_tables(0)->mutable_skipped_by_reason())["older"] = 2;
  (*workflow.mutable_tables(0)->mutable_skipped_by_reason())["superseded"] = 9;

  const auto samples = ReportMetrics().Observe(report);
  EXPECT_THAT(samples, Contains(IsWritten(11)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_engine_calls_total", {"contoso/prod", "ingress", "contact"}, 12)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_records_skipped_total", {"contoso/prod", "ingress", "contact", "older"}, 2)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_records_skipped_total", {"contoso/prod", "ingress", "contact", "superseded"}, 9)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_retries_total", {"contoso/prod", "ingress", "CW-CAMP-DOWN"}, 5)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_writes_in_flight", {"contoso/prod", "ingress"}, 3)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_partitions_owned", {"contoso/prod", "ingress"}, 2)));
}

TEST(ReportMetrics, K5_ShowsNothingOfWorkflowsThatWereNeverThere) {
  EXPECT_THAT(ReportMetrics().Observe({}), IsEmpty());
}

TEST(ReportMetrics, K5_CountsOnFromRunToRun) {
  ReportMetrics metrics;
  metrics.Observe(Report(1, 10));
  EXPECT_THAT(metrics.Observe(Report(1, 11)), Contains(IsWritten(11)));
  EXPECT_THAT(metrics.Observe(Report(2, 50)), Contains(IsWritten(61))) << "a greater number of another run";
  EXPECT_THAT(metrics.Observe(Report(2, 60, 1)), Contains(IsWritten(121))) << "a restart of the loops";
  EXPECT_THAT(metrics.Observe(Report(2, 5, 1)), Contains(IsWritten(126))) << "begun anew after it hung";
}

TEST(ReportMetrics, K5_KeepsTheCountsOfAWorkflowThatIsStopped) {
  ReportMetrics metrics;
  metrics.Observe(Report(1, 10));
  const auto stopped = metrics.Observe({});
  EXPECT_THAT(stopped, Contains(IsWritten(10)));
  EXPECT_THAT(stopped, Each(testing::Not(AreWriteTurns(10)))) << "it need not turn";
  EXPECT_THAT(stopped, Each(testing::Not(IsSample("causeway_writes_in_flight", {"contoso/prod", "ingress"}, 0))));
  const auto again = metrics.Observe(Report(2, 1));
  EXPECT_THAT(again, Contains(IsWritten(11)));
  EXPECT_THAT(again, Contains(AreWriteTurns(11)));
}

}  // namespace
}  // namespace causeway::worker
