#include "common/worker/report_log.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::worker {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

v1::WorkflowReport Running() {
  v1::WorkflowReport workflow;
  workflow.set_workflow("organizations/contoso/instances/prod/workflows/ingress");
  workflow.set_run(3);
  workflow.set_phase(v1::WorkflowReport::PHASE_RUNNING);
  return workflow;
}

// The lines that a report adds.
std::string LinesOf(ReportLog& log, const v1::WorkflowReport& workflow) {
  v1::ConnectRequest report;
  *report.add_workflows() = workflow;
  testing::internal::CaptureStderr();
  log.Observe(report);
  return testing::internal::GetCapturedStderr();
}

TEST(ReportLog, R3_SaysOnceThatAWorkflowRuns) {
  ReportLog log;
  EXPECT_THAT(LinesOf(log, Running()), HasSubstr("workflow_running"));
  EXPECT_THAT(LinesOf(log, Running()), IsEmpty());
}

TEST(ReportLog, R3_SaysWhyAWorkflowFailed) {
  ReportLog log;
  LinesOf(log, Running());
  v1::WorkflowReport failed = Running();
  failed.set_phase(v1::WorkflowReport::PHASE_FAILED);
  failed.mutable_failure()->set_code("CW-CAMP-AUTH");
  failed.mutable_failure()->set_remedy("Check the secret.");
  const std::string lines = LinesOf(log, failed);
  EXPECT_THAT(lines, HasSubstr("workflow_failed"));
  EXPECT_THAT(lines, HasSubstr("CW-CAMP-AUTH"));
  EXPECT_THAT(lines, HasSubstr("Check the secret."));
}

TEST(ReportLog, W6_SaysWhenAConditionBeginsAndEnds) {
  ReportLog log;
  LinesOf(log, Running());
  v1::WorkflowReport degraded = Running();
  v1::Condition& condition = *degraded.add_conditions();
  condition.set_type("Degraded");
  condition.set_code("CW-D365-DOWN");
  EXPECT_THAT(LinesOf(log, degraded), HasSubstr("condition_began"));
  // Another message of the same condition is no event.
  degraded.mutable_conditions(0)->set_message("attempt 2");
  EXPECT_THAT(LinesOf(log, degraded), IsEmpty());
  EXPECT_THAT(LinesOf(log, Running()), HasSubstr("condition_ended"));
}

}  // namespace
}  // namespace causeway::worker
