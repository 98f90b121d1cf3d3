#include "services/controller/definition_api.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "causeway/v1/definition_services.grpc.pb.h"
#include "services/controller/api_error.h"
#include "services/controller/names.h"
#include "services/controller/paging.h"
#include "services/controller/workflow_view.h"

namespace causeway::controller {
namespace {

using async::Task;
using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

constexpr char kOrganizations[] = "organizations";
constexpr char kInstances[] = "instances";
constexpr char kConnections[] = "connections";
constexpr char kTableMappings[] = "tableMappings";
constexpr char kAnyOrganization[] = "organizations/-";
constexpr char kAnyInstance[] = "organizations/-/instances/-";
constexpr char kAnyWorkflow[] = "organizations/-/instances/-/workflows/-";

// A stored resource as it is shown.
const v1::Organization* Show(const v1::Organization* stored) { return stored; }
const v1::Instance* Show(const v1::StoredInstance* stored) { return stored == nullptr ? nullptr : &stored->instance(); }
const v1::TableMapping* Show(const v1::TableMapping* stored) { return stored; }

// "organizations/contoso", or with "-" for an id.
absl::Status CheckParent(const std::string& parent, absl::string_view shape) {
  return CheckShape("parent", parent, shape);
}

}  // namespace

// What the services have in common.
class DefinitionService {
 public:
  DefinitionService(Calls& calls, Controller& controller) : calls_(calls), controller_(controller) {}

 protected:
  const Definitions& definitions() const { return controller_.definitions(); }

  // An edit by the request, then `show(response)`.
  template <typename Request, typename Response, typename Show>
  Reactor* Edit(const char* method, Context* context, const Request* request, Response* response, Show show) {
    return calls_.Unary(method, context, request, response,
                        [this, show](const Request& request, Response& response, std::string actor) {
                          return ApplyEdit(request, response, std::move(actor), show);
                        });
  }

  // `get(request, response)` → absl::Status, at once.
  template <typename Request, typename Response, typename Get>
  Reactor* Read(const char* method, Context* context, const Request* request, Response* response, Get get) {
    return calls_.Unary(method, context, request, response,
                        [this, get](const Request& request, Response& response, std::string) {
                          return ReadNow(request, response, get);
                        });
  }

  Calls& calls_;
  Controller& controller_;

 private:
  template <typename Request, typename Response, typename Show>
  Task<absl::Status> ApplyEdit(const Request& request, Response& response, std::string actor, Show show) {
    absl::Status ready = controller_.CheckReady();
    if (!ready.ok()) co_return ready;
    Controller::MakeEdit make = [this, &request](const Editor& editor) { return MakeEdit(editor, request); };
    absl::Status applied = co_await controller_.Apply(std::move(make), std::move(actor));
    if (applied.ok()) show(response);
    co_return applied;
  }

  template <typename Request>
  absl::StatusOr<controller::Edit> MakeEdit(const Editor& editor, const Request& request) {
    if constexpr (std::is_same_v<Request, v1::CreateInstanceRequest>) {
      return editor.Create(request, controller_.options().topics.partitions);
    } else if constexpr (kCreates<Request>) {
      return editor.Create(request);
    } else if constexpr (kUpdates<Request>) {
      return editor.Update(request);
    } else {
      return editor.Delete(request);
    }
  }
  template <typename Request>
  static constexpr bool kCreates =
      std::is_same_v<Request, v1::CreateOrganizationRequest> || std::is_same_v<Request, v1::CreateTableMappingRequest>;
  template <typename Request>
  static constexpr bool kUpdates =
      std::is_same_v<Request, v1::UpdateOrganizationRequest> || std::is_same_v<Request, v1::UpdateInstanceRequest> ||
      std::is_same_v<Request, v1::UpdateConnectionRequest> || std::is_same_v<Request, v1::UpdateTableMappingRequest>;

  template <typename Request, typename Response, typename Get>
  Task<absl::Status> ReadNow(const Request& request, Response& response, Get get) {
    absl::Status ready = controller_.CheckReady();
    co_return ready.ok() ? get(request, response) : ready;
  }
};

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
          PageOf(definitions().Children("", kOrganizations), kOrganizations, request.page_size(), request.page_token());
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
    const v1::Organization* found = Show(definitions().FindOrganization(name));
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
      if (auto status = CheckParent(request.parent(), kOrganizationShape); !status.ok()) return status;
      const auto page =
          PageOf(definitions().Children(request.parent(), kInstances), absl::StrCat(request.parent(), "/", kInstances),
                 request.page_size(), request.page_token());
      if (!page.ok()) return page.status();
      for (const std::string& name : page->names) *response.add_instances() = *Show(definitions().FindInstance(name));
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
    const v1::Instance* found = Show(definitions().FindInstance(name));
    if (found == nullptr) return NotFoundError(name, definitions().Children(kAnyOrganization, kInstances));
    response = *found;
    return absl::OkStatus();
  }
};

class ConnectionService final : public v1::ConnectionService::CallbackService, DefinitionService {
 public:
  using DefinitionService::DefinitionService;

  Reactor* GetConnection(Context* context, const v1::GetConnectionRequest* request, v1::Connection* response) override {
    return Read("GetConnection", context, request, response,
                [this](const auto& request, auto& response) { return Get(request.name(), response); });
  }
  Reactor* ListConnections(Context* context, const v1::ListConnectionsRequest* request,
                           v1::ListConnectionsResponse* response) override {
    return Read("ListConnections", context, request, response, [this](const auto& request, auto& response) {
      if (auto status = CheckParent(request.parent(), kInstanceShape); !status.ok()) return status;
      const auto page =
          PageOf(definitions().Children(request.parent(), kConnections),
                 absl::StrCat(request.parent(), "/", kConnections), request.page_size(), request.page_token());
      if (!page.ok()) return page.status();
      for (const std::string& name : page->names)
        *response.add_connections() = ViewOf(*definitions().FindConnection(name));
      response.set_next_page_token(page->next_page_token);
      return absl::OkStatus();
    });
  }
  Reactor* UpdateConnection(Context* context, const v1::UpdateConnectionRequest* request,
                            v1::Connection* response) override {
    return Edit("UpdateConnection", context, request, response,
                [this, request](v1::Connection& response) { (void)Get(request->connection().name(), response); });
  }
  Reactor* DeleteConnection(Context* context, const v1::DeleteConnectionRequest* request,
                            google::protobuf::Empty* response) override {
    return Edit("DeleteConnection", context, request, response, [](google::protobuf::Empty&) {});
  }

 private:
  absl::Status Get(const std::string& name, v1::Connection& response) const {
    if (auto status = CheckShape("name", name, kConnectionShape); !status.ok()) return status;
    const v1::StoredConnection* found = definitions().FindConnection(name);
    if (found == nullptr) return NotFoundError(name, definitions().Children(kAnyInstance, kConnections));
    response = ViewOf(*found);
    return absl::OkStatus();
  }
};

class TableMappingService final : public v1::TableMappingService::CallbackService, DefinitionService {
 public:
  using DefinitionService::DefinitionService;

  Reactor* GetTableMapping(Context* context, const v1::GetTableMappingRequest* request,
                           v1::TableMapping* response) override {
    return Read("GetTableMapping", context, request, response,
                [this](const auto& request, auto& response) { return Get(request.name(), response); });
  }
  Reactor* ListTableMappings(Context* context, const v1::ListTableMappingsRequest* request,
                             v1::ListTableMappingsResponse* response) override {
    return Read("ListTableMappings", context, request, response, [this](const auto& request, auto& response) {
      if (auto status = CheckParent(request.parent(), kWorkflowShape); !status.ok()) return status;
      const auto page =
          PageOf(definitions().Children(request.parent(), kTableMappings),
                 absl::StrCat(request.parent(), "/", kTableMappings), request.page_size(), request.page_token());
      if (!page.ok()) return page.status();
      for (const std::string& name : page->names)
        *response.add_table_mappings() = *definitions().FindTableMapping(name);
      response.set_next_page_token(page->next_page_token);
      return absl::OkStatus();
    });
  }
  Reactor* CreateTableMapping(Context* context, const v1::CreateTableMappingRequest* request,
                              v1::TableMapping* response) override {
    return Edit("CreateTableMapping", context, request, response, [this, request](v1::TableMapping& response) {
      // Without an id it is the source table's (resources.proto).
      const std::string& id =
          request->table_mapping_id().empty() ? request->table_mapping().source_table() : request->table_mapping_id();
      (void)Get(Child(request->parent(), kTableMappings, id), response);
    });
  }
  Reactor* UpdateTableMapping(Context* context, const v1::UpdateTableMappingRequest* request,
                              v1::TableMapping* response) override {
    return Edit("UpdateTableMapping", context, request, response,
                [this, request](v1::TableMapping& response) { (void)Get(request->table_mapping().name(), response); });
  }
  Reactor* DeleteTableMapping(Context* context, const v1::DeleteTableMappingRequest* request,
                              google::protobuf::Empty* response) override {
    return Edit("DeleteTableMapping", context, request, response, [](google::protobuf::Empty&) {});
  }

 private:
  absl::Status Get(const std::string& name, v1::TableMapping& response) const {
    if (auto status = CheckShape("name", name, kTableMappingShape); !status.ok()) return status;
    const v1::TableMapping* found = Show(definitions().FindTableMapping(name));
    if (found == nullptr) return NotFoundError(name, definitions().Children(kAnyWorkflow, kTableMappings));
    response = *found;
    return absl::OkStatus();
  }
};

}  // namespace

struct DefinitionApi::Services {
  Services(Calls& calls, Controller& controller)
      : organizations(calls, controller),
        instances(calls, controller),
        connections(calls, controller),
        table_mappings(calls, controller) {}

  OrganizationService organizations;
  InstanceService instances;
  ConnectionService connections;
  TableMappingService table_mappings;
};

DefinitionApi::DefinitionApi(Calls& calls, Controller& controller)
    : services_(std::make_unique<Services>(calls, controller)) {}
DefinitionApi::~DefinitionApi() = default;

std::vector<grpc::Service*> DefinitionApi::services() {
  return {&services_->organizations, &services_->instances, &services_->connections, &services_->table_mappings};
}

}  // namespace causeway::controller
