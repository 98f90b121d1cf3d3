// Whole command lines against a controller with one workflow, over real gRPC.
#include "services/ctl/program.h"

#include <gmock/gmock.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "causeway/v1/control.grpc.pb.h"
#include "causeway/v1/workflow_service.grpc.pb.h"

namespace causeway::ctl {
namespace {

using testing::HasSubstr;

constexpr char kIngress[] = "organizations/contoso/instances/stage/workflows/ingress";

// A started workflow is RUNNING after it was asked for twice; a watched one drains 100 records with each message.
class FakeController final : public v1::WorkflowService::Service {
 public:
  FakeController() {
    workflow_.set_name(kIngress);
    workflow_.set_type(v1::WORKFLOW_TYPE_INGRESS);
    workflow_.set_status(v1::Workflow::STATUS_STOPPED);
    workflow_.mutable_backlog()->mutable_observe_time()->set_seconds(1'800'000'000);
    workflow_.mutable_backlog()->set_records(12345);
  }

  v1::Workflow& workflow() { return workflow_; }
  std::atomic<int> starts_after = 2;  // Requests until a started workflow runs.
  std::atomic<int> watched = 0;
  int others = 0;  // Workflows that are listed besides.
  std::atomic<int> resets = 0;

  grpc::Status GetWorkflow(grpc::ServerContext*, const v1::GetWorkflowRequest* request,
                           v1::Workflow* response) override {
    if (request->name() != kIngress)
      return {grpc::StatusCode::NOT_FOUND, absl::StrCat("There is no ", request->name(), ".")};
    if (workflow_.status() == v1::Workflow::STATUS_STARTING && --starts_after == 0)
      workflow_.set_status(v1::Workflow::STATUS_RUNNING);
    *response = workflow_;
    return grpc::Status::OK;
  }
  grpc::Status ListWorkflows(grpc::ServerContext*, const v1::ListWorkflowsRequest*,
                             v1::ListWorkflowsResponse* response) override {
    *response->add_workflows() = workflow_;
    for (int i = 0; i < others; ++i) response->add_workflows()->set_name(absl::StrCat(kIngress, "-", i));
    return grpc::Status::OK;
  }
  grpc::Status StartWorkflow(grpc::ServerContext*, const v1::StartWorkflowRequest*, v1::Workflow* response) override {
    if (workflow_.status() != v1::Workflow::STATUS_STOPPED)
      return {grpc::StatusCode::FAILED_PRECONDITION, "It is started already."};
    workflow_.set_status(v1::Workflow::STATUS_STARTING);
    workflow_.set_waiting_for("a replica of ingress");
    *response = workflow_;
    return grpc::Status::OK;
  }
  grpc::Status ResetWorkflow(grpc::ServerContext*, const v1::ResetWorkflowRequest* request,
                             v1::ResetWorkflowResponse* response) override {
    if (!request->validate_only()) ++resets;
    *response->mutable_workflow() = workflow_;
    response->set_queued_records(1234);
    response->set_rows(150'000);
    return grpc::Status::OK;
  }
  grpc::Status WatchWorkflows(grpc::ServerContext* context, const v1::WatchWorkflowsRequest*,
                              grpc::ServerWriter<v1::WatchWorkflowsResponse>* writer) override {
    v1::WatchWorkflowsResponse response;
    *response.mutable_workflow() = workflow_;
    v1::TableProgress& table = *response.mutable_workflow()->add_tables();
    table.set_position("following changes");
    for (int64_t records = 500; !context->IsCancelled(); records = std::max<int64_t>(records - 100, 0)) {
      response.mutable_workflow()->mutable_backlog()->set_records(records);
      if (!writer->Write(response)) break;
      ++watched;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return grpc::Status::OK;
  }

 private:
  v1::Workflow workflow_;
};

class Program : public testing::Test {
 protected:
  Program() { Serve(); }
  // On the same port again.
  void Serve() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port_), grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&controller_);
    server_ = builder.BuildAndStart();
  }
  ~Program() override { server_->Shutdown(std::chrono::system_clock::now()); }

  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", absl::StrCat("127.0.0.1:", port_)});
    return RunProgram(arguments, out_, err_);
  }

  FakeController controller_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Program, W1_ListsWorkflowsWithStatusAndBacklog) {
  EXPECT_EQ(Run({"workflows", "list"}), 0);
  EXPECT_EQ(out_.str(),
            "WORKFLOW                STATUS    FOR   BACKLOG   QUEUED   WRITTEN   TIME LEFT   NOTE\n"
            "contoso/stage/ingress   STOPPED     -    12,345      0/s       0/s           -   -\n");
}

TEST_F(Program, C10_JsonIsForScripts) {
  EXPECT_EQ(Run({"workflows", "get", "contoso/stage/ingress", "-o", "json"}), 0);
  const auto workflow = boost::json::parse(out_.str());
  EXPECT_EQ(workflow.at("status").as_string(), "STATUS_STOPPED");
  EXPECT_EQ(workflow.at("backlog").at("records").as_string(), "12345");
  EXPECT_EQ(workflow.at("pendingChanges").as_bool(), false);
  out_.str("");
  EXPECT_EQ(Run({"-o", "json", "workflows", "list"}), 0);
  EXPECT_EQ(boost::json::parse(out_.str()).as_array().size(), 1u);
}

TEST_F(Program, C10_AnUnknownNameIsAnsweredWithTheOnesThatExist) {
  EXPECT_EQ(Run({"workflows", "get", "contoso/stge/ingress"}), 3);
  EXPECT_THAT(err_.str(), HasSubstr("did you mean contoso/stage/ingress?"));
  EXPECT_EQ(Run({"workflows", "get", "nothing"}), 3);
  EXPECT_EQ(Run({"workflows", "get", "ingress"}), 0);
}

TEST_F(Program, W2_StartWaitsUntilRunning) {
  EXPECT_EQ(Run({"workflows", "start", "ingress", "--wait"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("contoso/stage/ingress RUNNING"));
  EXPECT_EQ(Run({"workflows", "start", "ingress"}), 4);
  EXPECT_THAT(err_.str(), HasSubstr("It is started already."));
}

TEST_F(Program, C10_OfManyNamesTheNearestAreTold) {
  controller_.others = 30;
  EXPECT_EQ(Run({"workflows", "get", "nothing"}), 3);
  EXPECT_THAT(err_.str(), HasSubstr("there are 31, the nearest: "));
  EXPECT_THAT(err_.str(), testing::Not(HasSubstr("ingress-25")));
}

TEST_F(Program, C8_ARecordAboveGrpcsUsualLimitArrives) {
  controller_.workflow().set_waiting_for(std::string(6 << 20, 'x'));
  EXPECT_EQ(Run({"workflows", "get", "contoso/stage/ingress", "-o", "json"}), 0);
  EXPECT_GT(out_.str().size(), size_t{6} << 20);
}

TEST_F(Program, K2_StatusChecksThatNothingFailed) {
  EXPECT_EQ(Run({"status", "--check"}), 0);
  controller_.workflow().set_status(v1::Workflow::STATUS_FAILED);
  EXPECT_EQ(Run({"status"}), 0);
  EXPECT_EQ(Run({"status", "--check"}), 4);
  EXPECT_THAT(err_.str(), HasSubstr("contoso/stage/ingress is FAILED."));
}

TEST_F(Program, K2_StartOfAStartedWorkflowMayBeRepeated) {
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Run({"workflows", "start", "ingress", "--if-stopped", "--wait"}), 0);
  controller_.workflow().set_status(v1::Workflow::STATUS_FAILED);
  EXPECT_EQ(Run({"workflows", "start", "ingress", "--if-stopped"}), 4);
}

TEST_F(Program, R1_AResetSaysWhatItCostsAndWaitsForAWord) {
  EXPECT_EQ(Run({"workflows", "reset", "ingress"}), 4);
  EXPECT_THAT(err_.str(), HasSubstr("1,234 queued records"));
  EXPECT_THAT(err_.str(), HasSubstr("150,000 rows"));
  EXPECT_THAT(err_.str(), HasSubstr("causewayctl workflows reset contoso/stage/ingress --yes"));
  EXPECT_EQ(controller_.resets, 0);
  EXPECT_EQ(Run({"workflows", "reset", "ingress", "--yes"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("1,234 queued records"));
  EXPECT_EQ(controller_.resets, 1);
}

TEST_F(Program, C10_WaitingEndsWithTheReasonWhenTheTimeIsUp) {
  controller_.starts_after = 1'000'000;
  EXPECT_EQ(Run({"workflows", "start", "ingress", "--wait", "--timeout", "0.3"}), 6);
  EXPECT_THAT(err_.str(), HasSubstr("is STARTING, and not RUNNING"));
  EXPECT_THAT(err_.str(), HasSubstr("a replica of ingress"));
}

TEST_F(Program, C10_WaitingEndsWhenTheWorkflowFailed) {
  controller_.workflow().set_status(v1::Workflow::STATUS_FAILED);
  controller_.workflow().mutable_failure()->set_message("The secret was refused.");
  EXPECT_EQ(Run({"workflows", "watch", "ingress", "--until-drained"}), 4);
  EXPECT_THAT(err_.str(), HasSubstr("The secret was refused."));
}

TEST_F(Program, C10_WatchPrintsALineAChangeAndEndsWhenDrained) {
  controller_.workflow().set_status(v1::Workflow::STATUS_RUNNING);
  EXPECT_EQ(Run({"workflows", "watch", "--until-drained"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("backlog 500"));
  EXPECT_THAT(out_.str(), HasSubstr("backlog 0"));
}

TEST_F(Program, C10_WatchEndsWithZeroOnCtrlC) {
  std::thread person([this] {
    while (controller_.watched < 3) absl::SleepFor(absl::Milliseconds(1));
    std::raise(SIGINT);
  });
  EXPECT_EQ(Run({"workflows", "watch", "contoso/stage", "-o", "json"}), 0);
  person.join();
}

TEST_F(Program, C10_WatchEndsWhenItCantPrint) {
  std::ofstream full("/dev/full");
  EXPECT_EQ(RunProgram({"workflows", "watch", "--server", absl::StrCat("127.0.0.1:", port_)}, full, err_), 1);
  EXPECT_THAT(err_.str(), HasSubstr("can't be written to standard output"));
}

TEST_F(Program, C10_WatchEndsAtItsTimeout) { EXPECT_EQ(Run({"workflows", "watch", "ingress", "--timeout", "0.3"}), 6); }

TEST_F(Program, C10_AnyMethodCanBeCalled) {
  EXPECT_EQ(Run({"call", "WorkflowService.GetWorkflow", absl::StrCat(R"({"name": ")", kIngress, R"("})")}), 0);
  EXPECT_EQ(boost::json::parse(out_.str()).at("name").as_string(), kIngress);
  EXPECT_EQ(Run({"call", "WorkflowService.GetWorkflw"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("did you mean WorkflowService.GetWorkflow?"));
  EXPECT_EQ(Run({"call", "WorkflowService.GetWorkflow", "{\"nam\": 1}"}), 2);
}

TEST_F(Program, C10_CompletesNamesFromTheController) {
  setenv("CAUSEWAY_SERVER", absl::StrCat("127.0.0.1:", port_).c_str(), 1);
  EXPECT_EQ(RunProgram({"__complete", "workflows", "start", ""}, out_, err_), 0);
  unsetenv("CAUSEWAY_SERVER");
  EXPECT_EQ(out_.str(), "contoso/stage/ingress\n");
}

TEST_F(Program, C10_WaitsForAControllerThatIsNotThereYet) {
  server_->Shutdown(std::chrono::system_clock::now());
  server_.reset();
  EXPECT_EQ(Run({"workflows", "list"}), 5);
  std::thread later([this] {
    absl::SleepFor(absl::Milliseconds(100));
    Serve();
  });
  EXPECT_EQ(Run({"workflows", "list", "--connect-timeout", "30"}), 0);
  later.join();
}

TEST(ProgramAlone, C10_ExitCodesOfWhatNeverReachesAController) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(RunProgram({"--help"}, out, err), 0);
  EXPECT_THAT(out.str(), HasSubstr("7 differences found"));
  EXPECT_EQ(RunProgram({}, out, err), 2);
  EXPECT_EQ(RunProgram({"workflows", "start"}, out, err), 2);
  EXPECT_EQ(RunProgram({"workflows", "list", "-o", "xml"}, out, err), 2);
  EXPECT_EQ(RunProgram({"definitions", "diff", "-f", "/nonexistent"}, out, err), 2);
  EXPECT_EQ(RunProgram({"definitions", "diff", "-f", "/"}, out, err), 2);
  EXPECT_THAT(err.str(), HasSubstr("/ is a directory"));
  err.str("");
  EXPECT_EQ(RunProgram({"workflows", "list", "--server", "127.0.0.1:1"}, out, err), 5);
  EXPECT_THAT(err.str(), HasSubstr("No controller answers at 127.0.0.1:1"));
  EXPECT_EQ(RunProgram({"workflows", "watch", "--server", "127.0.0.1:1"}, out, err), 5);
  EXPECT_EQ(RunProgram({"version"}, out, err), 0);
}

struct WrongLine {
  std::vector<std::string> arguments;
  const char* says;
};

TEST(ProgramAlone, C10_AWrongCommandLineIsAnsweredInWords) {
  const WrongLine wrongs[] = {
      {{"workflows", "lst"}, "did you mean list?"},
      {{"workflow", "list"}, "did you mean workflows?"},
      {{"workflows", "xyzzyxyzzy"}, "there are: "},
      {{"dead-letters", "list", "--limit", "0"}, "it must be above 0, and is 0"},
      {{"audit", "list", "--limit", "some"}, "a number above 0 is expected, not some"},
      {{"workflows", "list", "--request-timeout", "0"}, "it must be above 0, and is 0"},
      {{"workflows", "get", "caf\xE9"}, "Argument 3 is not valid UTF-8: caf\\xe9"},
  };
  for (const WrongLine& wrong : wrongs) {
    std::ostringstream out, err;
    EXPECT_EQ(RunProgram(wrong.arguments, out, err), 2) << wrong.says;
    EXPECT_THAT(err.str(), HasSubstr(wrong.says));
  }
}

TEST(ProgramAlone, C10_WhatCantBePrintedIsAFailure) {
  std::ofstream full("/dev/full");
  std::ostringstream err;
  EXPECT_EQ(RunProgram({"version"}, full, err), 1);
  EXPECT_THAT(err.str(), HasSubstr("can't be written to standard output (No space left on device)"));
  std::ofstream help("/dev/full");
  EXPECT_EQ(RunProgram({"--help"}, help, err), 1);
}

// A gRPC server that knows none of the controller's methods, as the workflow services are.
TEST(ProgramAlone, C10_AServerThatIsNoControllerIsCalledSo) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  v1::WorkflowControlService::Service unrelated;
  builder.RegisterService(&unrelated);
  const auto server = builder.BuildAndStart();
  std::ostringstream out, err;
  EXPECT_EQ(RunProgram({"workflows", "list", "--server", absl::StrCat("127.0.0.1:", port)}, out, err), 5);
  EXPECT_THAT(err.str(), HasSubstr("is no controller"));
  server->Shutdown();
}

}  // namespace
}  // namespace causeway::ctl
