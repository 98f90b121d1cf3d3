#include "common/rpc/server.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <optional>
#include <thread>

#include "causeway/v1/workflow_service.grpc.pb.h"
#include "common/async/io_loop.h"
#include "common/async/scope.h"
#include "common/errors/error.h"
#include "common/rpc/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::rpc {
namespace {

using ::testing::HasSubstr;

std::chrono::system_clock::time_point In(absl::Duration duration) {
  return std::chrono::system_clock::now() + absl::ToChronoMilliseconds(duration);
}

// GetWorkflow finds nothing; StartWorkflow doesn't answer until the client gives up or the server cancels it.
class Service final : public v1::WorkflowService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetWorkflow(grpc::CallbackServerContext* context, const v1::GetWorkflowRequest* request,
                                        v1::Workflow*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(
        ToGrpc(errors::Make(errors::kApiNotFound, "There is no " + request->name() + ".", request->name())));
    return reactor;
  }

  grpc::ServerUnaryReactor* StartWorkflow(grpc::CallbackServerContext*, const v1::StartWorkflowRequest*,
                                          v1::Workflow*) override {
    class Reactor final : public grpc::ServerUnaryReactor {
     public:
      void OnCancel() override { Finish(grpc::Status::CANCELLED); }
      void OnDone() override { delete this; }
    };
    ++waiting;
    return new Reactor;
  }

  std::atomic<int> waiting = 0;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest()
      : server_(*Server::Start({}, {&service_})),
        channel_(grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials())) {}

  // The bytes of the answer of a method whose proto isn't at hand; nullopt when the call failed.
  std::optional<std::string> Call(const std::string& method, const std::string& request) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(In(absl::Seconds(10)));
    context.set_wait_for_ready(true);
    grpc::CompletionQueue queue;
    const auto wait = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    auto call = stub.PrepareCall(&context, method, &queue);
    call->StartCall(nullptr);
    if (!wait()) return std::nullopt;
    const grpc::Slice slice(request);
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    if (!wait()) return std::nullopt;
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    if (!wait()) return std::nullopt;
    grpc::Slice bytes;
    (void)answer.DumpToSingleSlice(&bytes);
    context.TryCancel();
    grpc::Status status;
    call->Finish(&status, nullptr);
    (void)wait();
    return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  }

  // HealthCheckResponse.status: 1 is SERVING, 2 is NOT_SERVING.
  std::optional<std::string> Health() { return Call("/grpc.health.v1.Health/Check", ""); }

  Service service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(ServerTest, ChoosesAPortAndSaysWhich) {
  EXPECT_GT(server_->port(), 0);
  EXPECT_EQ(server_->address(), "127.0.0.1:" + std::to_string(server_->port()));
}

TEST_F(ServerTest, C9_AnswersWithDetails) {
  const auto stub = v1::WorkflowService::NewStub(channel_);
  grpc::ClientContext context;
  context.set_deadline(In(absl::Seconds(10)));
  v1::GetWorkflowRequest request;
  request.set_name("organizations/o/instances/i/workflows/x");
  v1::Workflow workflow;
  const GrpcError error = DescribeGrpcError(stub->GetWorkflow(&context, request, &workflow));
  EXPECT_EQ(error.status, "NOT_FOUND");
  EXPECT_EQ(error.code, "CW-API-NOT-FOUND");
  EXPECT_EQ(error.subject, request.name());
}

TEST_F(ServerTest, C9_TellsItsHealth) {
  EXPECT_EQ(Health(), std::string("\x08\x02"));
  server_->SetServing(true);
  EXPECT_EQ(Health(), std::string("\x08\x01"));
  server_->SetServing(false);
  EXPECT_EQ(Health(), std::string("\x08\x02"));
}

TEST_F(ServerTest, K3_ProbesTellAliveFromReady) {
  // HealthCheckRequest.service
  const auto liveness = [this] { return Call("/grpc.health.v1.Health/Check", "\x0a\x08liveness"); };
  const auto readiness = [this] { return Call("/grpc.health.v1.Health/Check", "\x0a\x09readiness"); };
  EXPECT_EQ(liveness(), std::string("\x08\x01"));
  EXPECT_EQ(readiness(), std::string("\x08\x02"));
  server_->SetServing(true);
  EXPECT_EQ(readiness(), std::string("\x08\x01"));
  server_->SetServing(false);
  EXPECT_EQ(liveness(), std::string("\x08\x01"));
  EXPECT_EQ(readiness(), std::string("\x08\x02"));
}

TEST_F(ServerTest, C9_DescribesItsServices) {
  // ServerReflectionRequest.list_services
  const auto answer = Call("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3a\x01*");
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(*answer, HasSubstr("causeway.v1.WorkflowService"));
  EXPECT_THAT(*answer, HasSubstr("grpc.health.v1.Health"));
}

TEST_F(ServerTest, DoesNotShareItsPort) {
  EXPECT_TRUE(absl::IsUnavailable(Server::Start({.address = server_->address()}, {&service_}).status()));
}

async::Task<void> StopServer(async::IoLoop& loop, Server& server, absl::Duration grace) {
  co_await server.Stop(loop, grace);
  loop.Stop();
}

TEST_F(ServerTest, K3_StopsWithinItsGraceWhateverIsUnderWay) {
  grpc::Status status;
  std::thread client([&] {
    const auto stub = v1::WorkflowService::NewStub(channel_);
    grpc::ClientContext context;
    context.set_deadline(In(absl::Seconds(30)));
    v1::Workflow response;
    status = stub->StartWorkflow(&context, {}, &response);
  });
  while (service_.waiting == 0) std::this_thread::yield();
  async::IoLoop loop;
  async::Scope scope(loop);
  scope.Spawn(StopServer(loop, *server_, absl::Milliseconds(100)));
  loop.Run();
  client.join();
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(ServerTest, MayBeDestroyedWithoutBeingStopped) { server_ = nullptr; }

}  // namespace
}  // namespace causeway::rpc
