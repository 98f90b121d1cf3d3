#include "common/worker/report_metrics.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::worker {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Field;
using ::testing::IsEmpty;

auto IsSample(const std::string& name, std::vector<std::string> labels, double value) {
  return testing::Truly([=](const metrics::Sample& sample) {
    return std::string(sample.metric.name) == name && sample.label_values == labels && sample.value == value;
  });
}

TEST(ReportMetrics, R2_ShowsWhatEachTableDid) {
  v1::ConnectRequest report;
  v1::WorkflowReport& workflow = *report.add_workflows();
  workflow.set_workflow("organizations/contoso/instances/prod/workflows/ingress");
  workflow.set_in_flight(3);
  workflow.add_partitions(4);
  workflow.add_partitions(7);
  (*workflow.mutable_retries())["CW-CAMP-DOWN"] = 5;
  v1::TableProgress& table = *workflow.add_tables();
  table.set_table("contact");
  table.set_written(11);
  table.set_calls(12);

  const auto samples = SamplesOf(report);
  EXPECT_THAT(samples,
              Contains(IsSample("causeway_records_written_total", {"contoso/prod", "ingress", "contact"}, 11)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_engine_calls_total", {"contoso/prod", "ingress", "contact"}, 12)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_retries_total", {"contoso/prod", "ingress", "CW-CAMP-DOWN"}, 5)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_writes_in_flight", {"contoso/prod", "ingress"}, 3)));
  EXPECT_THAT(samples, Contains(IsSample("causeway_partitions_owned", {"contoso/prod", "ingress"}, 2)));
}

TEST(ReportMetrics, R2_ShowsNothingOfWorkflowsThatAreNotThere) { EXPECT_THAT(SamplesOf({}), IsEmpty()); }

}  // namespace
}  // namespace causeway::worker
