// How a run begins: what ends it before anything is written, and what it waits for.
#include "common/engine/testing/engine_world.h"

namespace causeway::engine {
namespace {

class StartingTest : public EngineTest {
 protected:
  void BreakOff() { outside_.outage = errors::Make(errors::kCampaignUri, "Oops."); }
  v1::WorkflowReport::Phase PhaseOf(const std::string& name) { return replica(name).workflow->phase(); }
};

TEST_F(StartingTest, W5_AnAddressThatNeverWorkedEndsTheRun) {
  BreakOff();
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return PhaseOf("one") == v1::WorkflowReport::PHASE_FAILED; }, absl::Minutes(1)));
  EXPECT_EQ(replica("one").workflow->Report().failure().code(), "CW-CAM-URI");
}

TEST_F(StartingTest, W5_AReplicaThatStartsDuringAnOutageWaits) {
  Seed(20);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  BreakOff();
  one.Start();
  RunFor(absl::Minutes(5));
  EXPECT_EQ(PhaseOf("one"), v1::WorkflowReport::PHASE_STARTING);
  EXPECT_TRUE(Shows("one", "Degraded"));
  outside_.outage.reset();
  outside_.Put("id1003", "changed");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_FALSE(Shows("one", "Degraded"));
}

TEST_F(StartingTest, W5_AnotherAddressHasToWorkAnew) {
  Seed(20);
  Process& one = AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  one.Kill();
  BreakOff();
  outside_.address = 2;
  one.Start();
  EXPECT_TRUE(RunUntil([&] { return PhaseOf("one") == v1::WorkflowReport::PHASE_FAILED; }, absl::Minutes(1)));
}

}  // namespace
}  // namespace causeway::engine
