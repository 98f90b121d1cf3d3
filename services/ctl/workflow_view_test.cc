#include "services/ctl/workflow_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/ctl/table.h"

namespace causeway::ctl {
namespace {

using testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

void Ago(google::protobuf::Timestamp& time, int seconds) { time.set_seconds(absl::ToUnixSeconds(kNow) - seconds); }

v1::Workflow Draining() {
  v1::Workflow workflow;
  workflow.set_name("organizations/contoso/instances/stage/workflows/ingress");
  workflow.set_status(v1::Workflow::STATUS_RUNNING);
  Ago(*workflow.mutable_status_time(), 200);
  workflow.set_pinned_revision(4);
  v1::Backlog& backlog = *workflow.mutable_backlog();
  Ago(*backlog.mutable_observe_time(), 0);
  backlog.set_records(25'000);
  backlog.set_bytes(12'900'000);
  backlog.set_queued_per_second(0);
  backlog.set_finished_per_second(1234);
  backlog.mutable_oldest_age()->set_seconds(72);
  backlog.mutable_time_to_drain()->set_seconds(20);
  v1::TableProgress& table = *workflow.add_tables();
  table.set_table("contact");
  table.set_read(100'000);
  table.set_written(75'000);
  table.set_calls(75'000);
  table.set_position("following changes");
  return workflow;
}

TEST(RenderWorkflow, C10_ShowsProgressRateAndTimeLeft) {
  EXPECT_THAT(
      RenderWorkflow(Draining(), 100'000, 200, kNow),
      ElementsAre(
          "contoso/stage/ingress   RUNNING for 3m 20s   revision 4",
          "  [######################--------] 75 %   backlog 25,000   time left 20s   written 1,234/s   queued 0/s   "
          "oldest 1m 12s   12.3 MiB",
          "  contact   read 100,000   written 75,000   unchanged 0   calls 75,000   following changes"));
}

TEST(RenderWorkflow, C10_NeverWiderThanTheTerminal) {
  v1::Workflow workflow = Draining();
  workflow.set_waiting_for("ääääääääääääääääääääääääääääääääääääääääääää");
  for (const std::string& line : RenderWorkflow(workflow, 100'000, 40, kNow))
    EXPECT_LE(DisplayWidth(line), 40u) << line;
}

TEST(RenderWorkflow, C10_IsNeverDoneBeforeNothingIsLeft) {
  v1::Workflow workflow = Draining();
  workflow.mutable_backlog()->set_records(1);
  EXPECT_THAT(RenderWorkflow(workflow, 1'000'000, 200, kNow)[1], testing::HasSubstr(" 99 %"));
}

TEST(RenderBooks, I15_ShowsBothSums) {
  v1::Workflow workflow;
  v1::TableTotals& totals = *workflow.add_totals();
  totals.set_table("contact");
  totals.set_read(1'020);
  totals.set_queued(1'010);
  totals.set_rejected(10);
  totals.set_written(900);
  totals.set_unchanged(50);
  totals.set_skipped(7);
  (*totals.mutable_skipped_by_reason())["superseded"] = 2;
  (*totals.mutable_skipped_by_reason())["contact-gone"] = 5;
  totals.set_dead_lettered(3);
  EXPECT_THAT(RenderBooks(workflow),
              ElementsAre("contact: read 1,020 = queued 1,010 + left out 0 + rejected 10; queued 1,010 = written 900 + unchanged 50 + "
                          "skipped 7 (contact gone 5, superseded 2) + dead letters 3 + waiting 50"));
}

TEST(Notes, W5_W7_SayWhyAndWhatToDo) {
  v1::Workflow workflow;
  workflow.set_status(v1::Workflow::STATUS_FAILED);
  workflow.mutable_failure()->set_code("CW-DYN-COLUMN");
  workflow.mutable_failure()->set_message("Column gone.");
  workflow.mutable_failure()->set_remedy("Restore it.");
  workflow.set_pending_changes(true);
  v1::Condition& condition = *workflow.add_conditions();
  condition.set_type("Degraded");
  condition.set_code("CW-CAM-THROTTLED");
  condition.set_message("Campaign throttles.");
  Ago(*condition.mutable_since(), 30);
  EXPECT_THAT(Notes(workflow, kNow), ElementsAre("Column gone. (CW-DYN-COLUMN)", "to do: Restore it.",
                                                 "Degraded for 30s: Campaign throttles. (CW-CAM-THROTTLED)",
                                                 "changes pending: they apply at the next stop + start"));
}

TEST(IsDrained, OnlyWhenEverythingIsReadAndWritten) {
  v1::Workflow workflow = Draining();
  EXPECT_FALSE(IsDrained(workflow));
  workflow.mutable_backlog()->set_records(0);
  EXPECT_TRUE(IsDrained(workflow));
  workflow.mutable_tables(0)->set_position("initial pass, 45,000 rows");
  EXPECT_FALSE(IsDrained(workflow));
  workflow.clear_tables();
  EXPECT_FALSE(IsDrained(workflow));
}

TEST(IsDrained, WhatIsNotReadByItselfHasNoSay) {
  v1::Workflow workflow = Draining();
  workflow.mutable_backlog()->set_records(0);
  workflow.add_tables()->set_table("send");
  EXPECT_TRUE(IsDrained(workflow));
  workflow.mutable_tables(0)->clear_position();
  EXPECT_FALSE(IsDrained(workflow)) << "nothing has been read yet";
}

}  // namespace
}  // namespace causeway::ctl
