#include "services/controller/definition_services.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "causeway/v1/definition_services.grpc.pb.h"
#include "services/controller/definition_service.h"
#include "services/controller/paging.h"
#include "services/controller/parent.h"
#include "services/controller/stored_workflow.h"
#include "services/controller/workflow_view.h"

namespace causeway::controller {
namespace {

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
      if (auto status = CheckParent(definitions(), request.parent(), kInstanceShape); !status.ok()) return status;
      const auto page =
          PageOf(definitions().Children(request.parent(), kConnections),
                 absl::StrCat(request.parent(), "/", kConnections), request.page_size(), request.page_token(),
                 [this](const std::string& name) { return definitions().FindConnection(name)->ByteSizeLong(); });
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
      if (auto status = CheckParent(definitions(), request.parent(), kWorkflowShape); !status.ok()) return status;
      const auto page =
          PageOf(definitions().Children(request.parent(), kTableMappings),
                 absl::StrCat(request.parent(), "/", kTableMappings), request.page_size(), request.page_token(),
                 [this](const std::string& name) { return definitions().FindTableMapping(name)->ByteSizeLong(); });
      if (!page.ok()) return page.status();
      for (const std::string& name : page->names)
        *response.add_table_mappings() = ViewOf(name);
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

  Reactor* ReplayTableMapping(Context* context, const v1::ReplayTableMappingRequest* request,
                              v1::TableMapping* response) override {
    return Edit("ReplayTableMapping", context, request, response,
                [this, request](v1::TableMapping& response) { (void)Get(request->name(), response); });
  }

  Reactor* ConfirmDeletions(Context* context, const v1::ConfirmDeletionsRequest* request, v1::TableMapping* response) override {
    return Edit("ConfirmDeletions", context, request, response, [this, request](v1::TableMapping& response) {
      (void)Get(request->name(), response);
      // It is committed; that it is seen in the log takes a moment.
      response.clear_deletions_awaiting_confirmation();
    });
  }

 private:
  // As the API shows it.
  v1::TableMapping ViewOf(const std::string& name) const {
    v1::TableMapping view = *definitions().FindTableMapping(name);
    view.set_replay_scheduled(ReplayScheduled(view, *definitions().FindWorkflow(ParentOf(name))));
    const std::map<std::string, v1::HeldDeletions> all_held = controller_.HeldOf(ParentOf(name));
    if (const auto held = all_held.find(view.source_table()); held != all_held.end()) Show(held->second, view);
    return view;
  }

  static void Show(const v1::HeldDeletions& held, v1::TableMapping& view) {
    v1::DeletionsAwaitingConfirmation& waiting = *view.mutable_deletions_awaiting_confirmation();
    waiting.set_records(held.records());
    waiting.set_known(held.known());
    *waiting.mutable_time() = held.time();
    waiting.set_reason(held.reason());
  }

  absl::Status Get(const std::string& name, v1::TableMapping& response) const {
    if (auto status = CheckShape("name", name, kTableMappingShape); !status.ok()) return status;
    const v1::TableMapping* found = definitions().FindTableMapping(name);
    if (found == nullptr) return NotFoundError(name, definitions().Children(kAnyWorkflow, kTableMappings));
    response = ViewOf(name);
    return absl::OkStatus();
  }
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeDefinitionServices(Calls& calls, Controller& controller) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<ConnectionService>(calls, controller));
  services.push_back(std::make_unique<TableMappingService>(calls, controller));
  return services;
}

}  // namespace causeway::controller
