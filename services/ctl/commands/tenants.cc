#include <memory>

#include "absl/strings/str_cat.h"
#include "services/ctl/commands/commands.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/format.h"
#include "services/ctl/print.h"

namespace causeway::ctl {
namespace {

struct Options {
  std::string name;
  std::string display_name;
};

template <typename T>
absl::Status List(Session& session, const ResourceKind& kind, const std::string& parent) {
  auto resources = ListAs<T>(session.api(), kind, parent);
  if (!resources.ok()) return WithNearestName(session, kOrganizations, parent, resources.status());
  const auto row = [](const T& resource) -> std::vector<std::string> {
    return {ShortName(resource.name()), resource.display_name(), FormatClock(ToTime(resource.create_time()))};
  };
  PrintList<T>(session, *resources, Table({"NAME", "DISPLAY NAME", "CREATED"}),
               absl::StrCat("There are no ", kind.collection, "."), row);
  return absl::OkStatus();
}

absl::Status ListInstances(Session& session, const std::string& organization) {
  auto parent = ExpandName(kOrganizations, organization.empty() ? "-" : organization);
  return parent.ok() ? List<v1::Instance>(session, kInstances, *parent) : parent.status();
}

template <typename T>
absl::Status Create(Session& session, const ResourceKind& kind, const Options& options) {
  auto name = ExpandName(kind, options.name);
  if (!name.ok()) return name.status();
  T resource;
  resource.set_display_name(options.display_name);
  const absl::Status created = session.api().Create(kind, ParentOf(*name), IdOf(*name), resource);
  if (!created.ok()) return WithNearestName(session, kOrganizations, ParentOf(*name), created);
  session.out << "created " << *name << "\n";
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const ResourceKind& kind, const std::string& text) {
  auto name = ExpandName(kind, text);
  if (!name.ok()) return name.status();
  const absl::Status deleted = session.api().Delete(kind, *name, "");
  if (!deleted.ok()) return WithNearestName(session, kind, *name, deleted);
  session.out << "deleted " << *name << "\n";
  return absl::OkStatus();
}

absl::Status ListConnections(Session& session, const std::string& scope) {
  auto parent = InstanceScope(scope);
  if (!parent.ok()) return parent.status();
  // Connections are listed an instance at a time.
  auto workflows = ListAs<v1::Workflow>(session.api(), kWorkflows, *parent);
  if (!workflows.ok()) return WithNearestName(session, kInstances, *parent, workflows.status());
  std::vector<v1::Connection> all;
  for (const v1::Workflow& workflow : *workflows) {
    if (workflow.type() != v1::WORKFLOW_TYPE_INGRESS) continue;
    auto connections = ListAs<v1::Connection>(session.api(), kConnections, ParentOf(workflow.name()));
    if (!connections.ok()) return connections.status();
    for (v1::Connection& connection : *connections) all.push_back(std::move(connection));
  }
  const auto row = [](const v1::Connection& connection) -> std::vector<std::string> {
    const bool dynamics = connection.has_dynamics365();
    return {ShortName(connection.name()), dynamics ? connection.dynamics365().url() : connection.campaign().url(),
            dynamics ? connection.dynamics365().tenant_id() : connection.campaign().tenant(),
            dynamics ? connection.dynamics365().client_id() : connection.campaign().client_id(),
            (dynamics ? connection.dynamics365().client_secret_set() : connection.campaign().client_secret_set())
                ? "set"
                : "missing"};
  };
  PrintList<v1::Connection>(session, all, Table({"CONNECTION", "URL", "TENANT", "CLIENT", "SECRET"}),
                            "There are no connections.", row);
  return absl::OkStatus();
}

template <typename T>
void AddEditing(CLI::App& group, Session& session, const ResourceKind& kind) {
  auto options = std::make_shared<Options>();
  CLI::App* create = AddCommand(group, session, "create", absl::StrCat("Create an ", kind.singular),
                                [&session, &kind, options] { return Create<T>(session, kind, *options); });
  create->add_option("name", options->name, &kind == &kInstances ? "Its name: contoso/stage" : "Its id: contoso")
      ->required();
  create->add_option("--display-name", options->display_name, "What people call it");
  CLI::App* remove = AddCommand(group, session, "delete", absl::StrCat("Delete an ", kind.singular),
                                [&session, &kind, options] { return Delete(session, kind, options->name); });
  AddName(*remove, session, kind, options->name);
}

}  // namespace

void AddTenantCommands(CLI::App& app, Session& session) {
  CLI::App& organizations = *app.add_subcommand("organizations", "Tenants")->require_subcommand(1);
  AddCommand(organizations, session, "list", "Every organization",
             [&session] { return List<v1::Organization>(session, kOrganizations, ""); });
  AddEditing<v1::Organization>(organizations, session, kOrganizations);

  CLI::App& instances =
      *app.add_subcommand("instances", "Campaign environments of an organization")->require_subcommand(1);
  auto organization = std::make_shared<std::string>();
  CLI::App* list = AddCommand(instances, session, "list", "Every instance",
                              [&session, organization] { return ListInstances(session, *organization); });
  list->add_option("organization", *organization, "All when left out");
  session.completes[list] = &kOrganizations;
  AddEditing<v1::Instance>(instances, session, kInstances);

  CLI::App& connections =
      *app.add_subcommand("connections", "How the outside systems are reached")->require_subcommand(1);
  auto scope = std::make_shared<std::string>();
  CLI::App* listed = AddCommand(connections, session, "list", "Every connection, without secrets",
                                [&session, scope] { return ListConnections(session, *scope); });
  listed->add_option("scope", *scope, "An organization or instance; all when left out");
  session.completes[listed] = &kInstances;
}

}  // namespace causeway::ctl
