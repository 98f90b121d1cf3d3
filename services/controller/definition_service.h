// DefinitionService: what the services of definition_services.proto have in common: readiness, edits, parents.
//
// Life: as Calls'.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/controller/api_error.h"
#include "services/controller/calls.h"
#include "services/controller/controller.h"
#include "services/controller/names.h"

namespace causeway::controller {

using async::Task;
using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

inline constexpr char kOrganizations[] = "organizations";
inline constexpr char kInstances[] = "instances";
inline constexpr char kWorkflows[] = "workflows";
inline constexpr char kConnections[] = "connections";
inline constexpr char kTableMappings[] = "tableMappings";
inline constexpr char kAnyOrganization[] = "organizations/-";
inline constexpr char kAnyInstance[] = "organizations/-/instances/-";
inline constexpr char kAnyWorkflow[] = "organizations/-/instances/-/workflows/-";

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
    } else if constexpr (std::is_same_v<Request, v1::ReplayTableMappingRequest>) {
      const std::string workflow = ParentOf(request.name());
      const v1::TableMapping* mapping = definitions().FindTableMapping(request.name());
      // Only of a workflow that exists there is something to ask.
      if (mapping == nullptr) return editor.Replay(request, 0, 0);
      return editor.Replay(request, controller_.QueuedOf(workflow), controller_.RowsOf(workflow, mapping->source_table()));
    } else if constexpr (std::is_same_v<Request, v1::ConfirmDeletionsRequest>) {
      if (definitions().FindTableMapping(request.name()) == nullptr) return editor.Confirm(request, {});
      return editor.Confirm(request, controller_.HeldOf(ParentOf(request.name())));
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

}  // namespace causeway::controller
