#include "services/controller/pinned_definition.h"

#include <utility>

#include "services/controller/edits.h"

namespace causeway::controller {
namespace {

v1::Connection WithSecret(const v1::StoredConnection& stored, const secrets::Keyring& keyring, absl::Status& problem) {
  v1::Connection connection = stored.connection();
  if (stored.sealed_client_secret().empty()) return connection;
  auto secret = keyring.Open(stored.sealed_client_secret(), {connection.name(), kClientSecret});
  if (!secret.ok()) {
    problem = secret.status();
    return connection;
  }
  if (connection.has_dynamics365())
    connection.mutable_dynamics365()->set_client_secret(*std::move(secret));
  else if (connection.has_campaign())
    connection.mutable_campaign()->set_client_secret(*std::move(secret));
  return connection;
}

}  // namespace

v1::Definition PinnedDefinitionOf(const v1::StoredWorkflow& workflow, const v1::StoredInstance& instance,
                                  const secrets::Keyring& keyring, absl::Status& problem) {
  v1::Definition definition;
  definition.set_workflow(workflow.name());
  definition.set_type(workflow.type());
  definition.set_revision(workflow.pinned().revision());
  *definition.mutable_settings() = workflow.pinned().settings();
  for (const v1::StoredConnection& stored : workflow.pinned().connections()) {
    *definition.add_connections() = WithSecret(stored, keyring, problem);
  }
  *definition.mutable_table_mappings() = workflow.pinned().table_mappings();
  definition.set_partitions(instance.partitions());
  definition.set_instance_uid(instance.instance().uid());
  definition.set_generation(workflow.generation());
  return definition;
}

}  // namespace causeway::controller
