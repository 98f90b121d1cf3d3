#include "services/controller/tenant_services.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "causeway/v1/definition_services.grpc.pb.h"
#include "services/controller/definition_service.h"
#include "services/controller/paging.h"
#include "services/controller/parent.h"

namespace causeway::controller {
namespace {

class OrganizationService final : public v1::OrganizationService::CallbackService, DefinitionService {
 public:
  using DefinitionService::DefinitionService;

  Reactor* GetOrganization(Context* context, const v1::GetOrganizationRequest* request,
                           v1::Organization* response) override {
    return Read("GetOrganization", context, request, response,
                [this](const auto& request, auto& response) { return Get(request.name(), response); });
  }
  Reactor* ListOrganizations(Context* context, const v1::ListOrganizationsRequest* request,
                             v1::ListOrganizationsResponse* response) override {
    return Read("ListOrganizations", context, request, response, [this](const auto& request, auto& response) {
      const auto page =
          PageOf(definitions().Children("", kOrganizations), kOrganizations, request.page_size(), request.page_token(),
                 [this](const std::string& name) { return definitions().FindOrganization(name)->ByteSizeLong(); });
      if (!page.ok()) return page.status();
      for (const std::string& name : page->names) *response.add_organizations() = *definitions().FindOrganization(name);
      response.set_next_page_token(page->next_page_token);
      return absl::OkStatus();
    });
  }
  Reactor* CreateOrganization(Context* context, const v1::CreateOrganizationRequest* request,
                              v1::Organization* response) override {
    return Edit("CreateOrganization", context, request, response, [this, request](v1::Organization& response) {
      (void)Get(Child("", kOrganizations, request->organization_id()), response);
    });
  }
  Reactor* UpdateOrganization(Context* context, const v1::UpdateOrganizationRequest* request,
                              v1::Organization* response) override {
    return Edit("UpdateOrganization", context, request, response,
                [this, request](v1::Organization& response) { (void)Get(request->organization().name(), response); });
  }
  Reactor* DeleteOrganization(Context* context, const v1::DeleteOrganizationRequest* request,
                              google::protobuf::Empty* response) override {
    return Edit("DeleteOrganization", context, request, response, [](google::protobuf::Empty&) {});
  }

 private:
  absl::Status Get(const std::string& name, v1::Organization& response) const {
    if (auto status = CheckShape("name", name, kOrganizationShape); !status.ok()) return status;
    const v1::Organization* found = definitions().FindOrganization(name);
    if (found == nullptr) return NotFoundError(name, definitions().Children("", kOrganizations));
    response = *found;
    return absl::OkStatus();
  }
};

class InstanceService final : public v1::InstanceService::CallbackService, DefinitionService {
 public:
  using DefinitionService::DefinitionService;

  Reactor* GetInstance(Context* context, const v1::GetInstanceRequest* request, v1::Instance* response) override {
    return Read("GetInstance", context, request, response,
                [this](const auto& request, auto& response) { return Get(request.name(), response); });
  }
  Reactor* ListInstances(Context* context, const v1::ListInstancesRequest* request,
                         v1::ListInstancesResponse* response) override {
    return Read("ListInstances", context, request, response, [this](const auto& request, auto& response) {
      if (auto status = CheckParent(definitions(), request.parent(), kOrganizationShape); !status.ok()) return status;
      const auto page =
          PageOf(definitions().Children(request.parent(), kInstances), absl::StrCat(request.parent(), "/", kInstances),
                 request.page_size(), request.page_token(),
                 [this](const std::string& name) { return definitions().FindInstance(name)->ByteSizeLong(); });
      if (!page.ok()) return page.status();
      for (const std::string& name : page->names)
        *response.add_instances() = definitions().FindInstance(name)->instance();
      response.set_next_page_token(page->next_page_token);
      return absl::OkStatus();
    });
  }
  Reactor* CreateInstance(Context* context, const v1::CreateInstanceRequest* request, v1::Instance* response) override {
    return Edit("CreateInstance", context, request, response, [this, request](v1::Instance& response) {
      (void)Get(Child(request->parent(), kInstances, request->instance_id()), response);
    });
  }
  Reactor* UpdateInstance(Context* context, const v1::UpdateInstanceRequest* request, v1::Instance* response) override {
    return Edit("UpdateInstance", context, request, response,
                [this, request](v1::Instance& response) { (void)Get(request->instance().name(), response); });
  }
  Reactor* DeleteInstance(Context* context, const v1::DeleteInstanceRequest* request,
                          google::protobuf::Empty* response) override {
    return calls_.Unary("DeleteInstance", context, request, response,
                        [this](const v1::DeleteInstanceRequest& request, google::protobuf::Empty&, std::string actor) {
                          return Delete(request, std::move(actor));
                        });
  }

 private:
  Task<absl::Status> Delete(const v1::DeleteInstanceRequest& request, std::string actor) {
    absl::Status ready = controller_.CheckReady();
    if (!ready.ok()) co_return ready;
    co_return co_await controller_.DeleteInstance(request, std::move(actor));
  }
  absl::Status Get(const std::string& name, v1::Instance& response) const {
    if (auto status = CheckShape("name", name, kInstanceShape); !status.ok()) return status;
    const v1::StoredInstance* found = definitions().FindInstance(name);
    if (found == nullptr) return NotFoundError(name, definitions().Children(kAnyOrganization, kInstances));
    response = found->instance();
    return absl::OkStatus();
  }
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeTenantServices(Calls& calls, Controller& controller) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<OrganizationService>(calls, controller));
  services.push_back(std::make_unique<InstanceService>(calls, controller));
  return services;
}

}  // namespace causeway::controller
