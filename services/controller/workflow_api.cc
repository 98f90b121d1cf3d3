#include "services/controller/workflow_api.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "causeway/v1/workflow_service.grpc.pb.h"
#include "services/controller/api_error.h"
#include "services/controller/names.h"
#include "services/controller/paging.h"
#include "services/controller/parent.h"
#include "services/controller/workflow_watch.h"

namespace causeway::controller {
namespace {

constexpr char kWorkflows[] = "workflows";
constexpr char kAnyInstance[] = "organizations/-/instances/-";

}  // namespace

class WorkflowApi::Service final : public v1::WorkflowService::CallbackService {
 public:
  Service(Calls& calls, Controller& controller) : calls_(calls), controller_(controller) {}

  grpc::ServerUnaryReactor* GetWorkflow(grpc::CallbackServerContext* context, const v1::GetWorkflowRequest* request,
                                        v1::Workflow* response) override {
    return calls_.Unary(
        "GetWorkflow", context, request, response,
        [this](const auto& request, v1::Workflow& response, std::string) { return Get(request.name(), response); });
  }
  grpc::ServerUnaryReactor* ListWorkflows(grpc::CallbackServerContext* context, const v1::ListWorkflowsRequest* request,
                                          v1::ListWorkflowsResponse* response) override {
    return calls_.Unary("ListWorkflows", context, request, response,
                        [this](const auto& request, auto& response, std::string) { return List(request, response); });
  }
  grpc::ServerUnaryReactor* UpdateWorkflow(grpc::CallbackServerContext* context,
                                           const v1::UpdateWorkflowRequest* request, v1::Workflow* response) override {
    return calls_.Unary("UpdateWorkflow", context, request, response,
                        [this](const auto& request, auto& response, std::string actor) {
                          return Update(request, response, std::move(actor));
                        });
  }
  grpc::ServerUnaryReactor* StartWorkflow(grpc::CallbackServerContext* context, const v1::StartWorkflowRequest* request,
                                          v1::Workflow* response) override {
    return calls_.Unary("StartWorkflow", context, request, response,
                        [this](const auto& request, auto& response, std::string actor) {
                          return Start(request, response, std::move(actor));
                        });
  }
  grpc::ServerUnaryReactor* StopWorkflow(grpc::CallbackServerContext* context, const v1::StopWorkflowRequest* request,
                                         v1::Workflow* response) override {
    return calls_.Unary("StopWorkflow", context, request, response,
                        [this](const auto& request, auto& response, std::string actor) {
                          return Stop(request, response, std::move(actor));
                        });
  }
  grpc::ServerUnaryReactor* ResetWorkflow(grpc::CallbackServerContext* context, const v1::ResetWorkflowRequest* request,
                                          v1::ResetWorkflowResponse* response) override {
    return calls_.Unary("ResetWorkflow", context, request, response,
                        [this](const auto& request, auto& response, std::string actor) {
                          return Reset(request, response, std::move(actor));
                        });
  }
  grpc::ServerWriteReactor<v1::WatchWorkflowsResponse>* WatchWorkflows(
      grpc::CallbackServerContext*, const v1::WatchWorkflowsRequest* request) override {
    return WorkflowWatch::Begin(calls_, controller_, *request);
  }

 private:
  async::Task<absl::Status> Get(const std::string& name, v1::Workflow& response) { co_return Show(name, response); }

  absl::Status Show(const std::string& name, v1::Workflow& response) const {
    if (auto status = controller_.CheckReady(); !status.ok()) return status;
    if (auto status = CheckShape("name", name, kWorkflowShape); !status.ok()) return status;
    if (controller_.definitions().FindWorkflow(name) == nullptr) {
      return NotFoundError(name, controller_.definitions().Children(kAnyInstance, kWorkflows));
    }
    response = controller_.WorkflowOf(name);
    return absl::OkStatus();
  }

  async::Task<absl::Status> List(const v1::ListWorkflowsRequest& request, v1::ListWorkflowsResponse& response) {
    if (auto status = controller_.CheckReady(); !status.ok()) co_return status;
    if (auto status = CheckParent(controller_.definitions(), request.parent(), kInstanceShape); !status.ok())
      co_return status;
    const auto page =
        PageOf(controller_.definitions().Children(request.parent(), kWorkflows),
               absl::StrCat(request.parent(), "/", kWorkflows), request.page_size(), request.page_token(),
               [this](const std::string& name) { return controller_.WorkflowOf(name).ByteSizeLong(); });
    if (!page.ok()) co_return page.status();
    for (const std::string& name : page->names) *response.add_workflows() = controller_.WorkflowOf(name);
    response.set_next_page_token(page->next_page_token);
    co_return absl::OkStatus();
  }

  async::Task<absl::Status> Update(const v1::UpdateWorkflowRequest& request, v1::Workflow& response,
                                   std::string actor) {
    if (auto status = controller_.CheckReady(); !status.ok()) co_return status;
    Controller::MakeEdit make = [&request](const Editor& editor) { return editor.Update(request); };
    absl::Status applied = co_await controller_.Apply(std::move(make), std::move(actor));
    co_return applied.ok() ? Show(request.workflow().name(), response) : applied;
  }

  async::Task<absl::Status> Start(const v1::StartWorkflowRequest& request, v1::Workflow& response, std::string actor) {
    if (auto status = controller_.CheckReady(); !status.ok()) co_return status;
    absl::Status started = co_await controller_.Start(request.name(), request.etag(), std::move(actor));
    co_return started.ok() ? Show(request.name(), response) : started;
  }

  async::Task<absl::Status> Stop(const v1::StopWorkflowRequest& request, v1::Workflow& response, std::string actor) {
    if (auto status = controller_.CheckReady(); !status.ok()) co_return status;
    absl::Status stopped = co_await controller_.Stop(request.name(), request.etag(), std::move(actor));
    co_return stopped.ok() ? Show(request.name(), response) : stopped;
  }

  async::Task<absl::Status> Reset(const v1::ResetWorkflowRequest& request, v1::ResetWorkflowResponse& response,
                                  std::string actor) {
    if (auto status = controller_.CheckReady(); !status.ok()) co_return status;
    auto reset = co_await controller_.Reset(request, std::move(actor));
    if (reset.ok()) response = *std::move(reset);
    co_return reset.status();
  }

  Calls& calls_;
  Controller& controller_;
};

WorkflowApi::WorkflowApi(Calls& calls, Controller& controller)
    : service_(std::make_unique<Service>(calls, controller)) {}
WorkflowApi::~WorkflowApi() = default;
grpc::Service* WorkflowApi::service() { return service_.get(); }

}  // namespace causeway::controller
