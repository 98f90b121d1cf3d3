// What a reset costs, and what it makes of a workflow.
#include "common/async/scope.h"
#include "common/async/testing/manual_loop.h"
#include "common/backlog/topics.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"
#include "services/controller/controller.h"
#include "services/controller/stored_workflow.h"
#include "services/controller/testing/memory_broker.h"

namespace causeway::controller {
namespace {

constexpr char kInstance[] = "organizations/contoso/instances/stage";
constexpr char kWorkflow[] = "organizations/contoso/instances/stage/workflows/ingress";

// One instance, whose workflow is stopped.
class ResetTest : public testing::Test {
 protected:
  ResetTest() {
    tasks_.Spawn(Run());
    EXPECT_TRUE(loop_.AdvanceUntil([this] { return controller_.ready(); }));
    Make([](const Editor& editor) {
      v1::CreateOrganizationRequest request;
      request.set_organization_id("contoso");
      return editor.Create(request);
    });
    MakeInstance();
  }

  async::Task<void> Run() { (void)co_await controller_.Run(); }
  void Make(Controller::MakeEdit make) {
    const absl::Status made = loop_.Await(controller_.Apply(std::move(make), "a person"));
    EXPECT_TRUE(made.ok()) << made;
  }
  void MakeInstance() {
    Make([](const Editor& editor) {
      v1::CreateInstanceRequest request;
      request.set_parent("organizations/contoso");
      request.set_instance_id("stage");
      return editor.Create(request, 12);
    });
  }
  void DeleteInstance() {
    v1::DeleteInstanceRequest request;
    request.set_name(kInstance);
    EXPECT_TRUE(loop_.Await(controller_.DeleteInstance(request, "a person")).ok());
  }
  const v1::StoredWorkflow& stored() const { return *controller_.definitions().FindWorkflow(kWorkflow); }
  // As supervision does it: it has failed, a gap of the source is in the audit trail, and nobody has any of it in flight.
  void FailWithAGap() {
    v1::StoredWorkflow failed = stored();
    (*failed.mutable_gaps())["contact"] = 2;
    failed.mutable_failure()->set_code("CW-LOG-GAP");
    failed.set_started(true);
    Make([failed](const Editor&) { return EditOf("fail", failed, ""); });
    loop_.Advance(absl::Minutes(1));
  }
  absl::StatusOr<v1::ResetWorkflowResponse> Reset(bool validate_only) {
    v1::ResetWorkflowRequest request;
    request.set_name(kWorkflow);
    request.set_validate_only(validate_only);
    return loop_.Await(controller_.Reset(request, "a person"));
  }

  async::ManualLoop loop_;
  MemoryBroker broker_{loop_};
  Observer observer_;
  Controller controller_{loop_, broker_, *secrets::Keyring::FromKeys({std::string(secrets::kKeyBytes, 'k')}), {}, "me", observer_};
  async::Scope tasks_{loop_};
};

TEST_F(ResetTest, R1_ItsPriceIsToldWithoutPayingIt) {
  FailWithAGap();
  const std::string before = stored().SerializeAsString();
  const auto price = Reset(true);
  ASSERT_TRUE(price.ok()) << price.status();
  EXPECT_EQ(price->queued_records(), 0);
  EXPECT_EQ(stored().SerializeAsString(), before);
}

TEST_F(ResetTest, R1_TheWorkflowBeginsAnew) {
  FailWithAGap();
  const backlog::WorkflowTopics before = controller_.definitions().TopicsOf(kWorkflow);
  const auto reset = Reset(false);
  ASSERT_TRUE(reset.ok()) << reset.status();
  const backlog::WorkflowTopics after = controller_.definitions().TopicsOf(kWorkflow);
  EXPECT_NE(after.backlog(), before.backlog());
  EXPECT_NE(after.checkpoint_prefix(), before.checkpoint_prefix());
  EXPECT_EQ(after.dead_letters(), before.dead_letters());
  EXPECT_TRUE(stored().gaps().empty()) << "they are of positions that are left behind";
  EXPECT_FALSE(stored().has_failure());
  EXPECT_EQ(reset->workflow().status(), v1::Workflow::STATUS_STOPPED);
}

// A replica that hangs may still hold a run of the instance that was deleted.
TEST_F(ResetTest, W3_TheRunsOfAnInstanceMadeAnewAreLaterOnes) {
  v1::StoredWorkflow ran = stored();
  ran.set_run(ran.run() + 1);
  Make([ran](const Editor&) { return EditOf("start", ran, ""); });
  DeleteInstance();
  MakeInstance();
  EXPECT_GT(stored().run(), ran.run());
}

}  // namespace
}  // namespace causeway::controller
