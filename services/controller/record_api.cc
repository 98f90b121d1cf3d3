#include "services/controller/record_api.h"

#include <utility>

#include "causeway/v1/record_services.grpc.pb.h"
#include "services/controller/api_error.h"
#include "services/controller/names.h"

namespace causeway::controller {
namespace {

class DeadLetterService final : public v1::DeadLetterService::CallbackService {
 public:
  DeadLetterService(Calls& calls, Controller& controller, DeadLetterReader& reader)
      : calls_(calls), controller_(controller), reader_(reader) {}

  grpc::ServerUnaryReactor* GetDeadLetter(grpc::CallbackServerContext* context, const v1::GetDeadLetterRequest* request,
                                          v1::DeadLetter* response) override {
    return calls_.Unary("GetDeadLetter", context, request, response,
                        [this](const auto& request, auto& response, std::string) { return Get(request, response); });
  }
  grpc::ServerUnaryReactor* ListDeadLetters(grpc::CallbackServerContext* context,
                                            const v1::ListDeadLettersRequest* request,
                                            v1::ListDeadLettersResponse* response) override {
    return calls_.Unary("ListDeadLetters", context, request, response,
                        [this](const auto& request, auto& response, std::string) { return List(request, response); });
  }

 private:
  absl::Status CheckWorkflow(const std::string& name) const {
    if (auto status = controller_.CheckReady(); !status.ok()) return status;
    if (controller_.definitions().FindWorkflow(name) != nullptr) return absl::OkStatus();
    return NotFoundError(name, controller_.definitions().Names("organizations/-/instances/-/workflows/-"));
  }

  async::Task<absl::Status> Get(const v1::GetDeadLetterRequest& request, v1::DeadLetter& response) {
    if (auto status = CheckShape("name", request.name(), kDeadLetterShape); !status.ok()) co_return status;
    const std::string workflow = ParentOf(request.name());
    if (auto status = CheckWorkflow(workflow); !status.ok()) co_return status;
    auto letter = co_await reader_.Get(request.name(), controller_.definitions().TopicsOf(workflow).dead_letters());
    if (letter.ok()) response = *std::move(letter);
    co_return letter.status();
  }

  async::Task<absl::Status> List(const v1::ListDeadLettersRequest& request, v1::ListDeadLettersResponse& response) {
    if (auto status = CheckShape("parent", request.parent(), kWorkflowShape); !status.ok()) co_return status;
    if (auto status = CheckWorkflow(request.parent()); !status.ok()) co_return status;
    // Its topics are made by the first Start.
    if (!controller_.definitions().FindWorkflow(request.parent())->has_pinned()) co_return absl::OkStatus();
    const int32_t partitions = controller_.definitions().FindInstance(InstanceOf(request.parent()))->partitions();
    std::string topic = controller_.definitions().TopicsOf(request.parent()).dead_letters();
    auto letters = co_await reader_.List(request, std::move(topic), partitions);
    if (letters.ok()) response = *std::move(letters);
    co_return letters.status();
  }

  Calls& calls_;
  Controller& controller_;
  DeadLetterReader& reader_;
};

class AuditService final : public v1::AuditService::CallbackService {
 public:
  AuditService(Calls& calls, Controller& controller, AuditReader& reader)
      : calls_(calls), controller_(controller), reader_(reader) {}

  grpc::ServerUnaryReactor* ListAuditEntries(grpc::CallbackServerContext* context,
                                             const v1::ListAuditEntriesRequest* request,
                                             v1::ListAuditEntriesResponse* response) override {
    return calls_.Unary("ListAuditEntries", context, request, response,
                        [this](const auto& request, auto& response, std::string) { return List(request, response); });
  }

 private:
  async::Task<absl::Status> List(const v1::ListAuditEntriesRequest& request, v1::ListAuditEntriesResponse& response) {
    if (auto status = controller_.CheckReady(); !status.ok()) co_return status;
    auto entries = co_await reader_.List(request);
    if (entries.ok()) response = *std::move(entries);
    co_return entries.status();
  }

  Calls& calls_;
  Controller& controller_;
  AuditReader& reader_;
};

}  // namespace

struct RecordApi::Services {
  Services(Calls& calls, Controller& controller, DeadLetterReader& dead_letter_reader, AuditReader& audit_reader)
      : dead_letters(calls, controller, dead_letter_reader), audit(calls, controller, audit_reader) {}

  DeadLetterService dead_letters;
  AuditService audit;
};

RecordApi::RecordApi(Calls& calls, Controller& controller, DeadLetterReader& dead_letters, AuditReader& audit)
    : services_(std::make_unique<Services>(calls, controller, dead_letters, audit)) {}
RecordApi::~RecordApi() = default;
std::vector<grpc::Service*> RecordApi::services() { return {&services_->dead_letters, &services_->audit}; }

}  // namespace causeway::controller
