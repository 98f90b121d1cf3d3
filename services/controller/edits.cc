#include "services/controller/edits.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/controller/api_error.h"
#include "services/controller/changes.h"
#include "services/controller/names.h"
#include "services/controller/protos.h"
#include "services/controller/stored_workflow.h"
#include "services/controller/update_mask.h"

namespace causeway::controller {
namespace {

const std::set<std::string>& FixedFields() {
  static const auto* const fields = new std::set<std::string>{"name",        "etag", "create_time", "update_time",
                                                              "uid", "last_replay", "replay_scheduled",
                                                              "deletions_awaiting_confirmation"};
  return *fields;
}

template <typename Request>
absl::Status CheckEtag(const Request& request, const std::string& name, const std::string& present) {
  return request.etag().empty() || request.etag() == present ? absl::OkStatus() : EtagError(name);
}

void AddChanges(std::vector<v1::AuditEntry::Change> changes, Edit& edit) {
  for (v1::AuditEntry::Change& change : changes) *edit.audit.add_changes() = std::move(change);
}

absl::Status Refuse(const std::vector<Violation>& violations) {
  return violations.empty() ? absl::OkStatus() : InvalidError(violations);
}

// The secret's field of whichever system it is.
std::string* MutableSecret(v1::Connection& connection) {
  return connection.has_campaign() ? connection.mutable_campaign()->mutable_client_secret()
                                   : connection.mutable_dynamics365()->mutable_client_secret();
}

void ClearOutputs(v1::Connection& connection) {
  if (connection.has_campaign()) connection.mutable_campaign()->clear_client_secret_set();
  if (connection.has_dynamics365()) connection.mutable_dynamics365()->clear_client_secret_set();
}

}  // namespace

// Numbers of mutations are never used twice, not even for a resource that was deleted and made again.
std::string Editor::NewEtag() const { return absl::StrCat("e", number_); }

// Part of topics' names, so it must stay another one even where causeway.definitions was restored from a backup, after which
// numbers of mutations come again: the time of creation does not.
std::string Editor::NewUid() const { return absl::StrCat(absl::Hex(absl::ToUnixMillis(now_))); }

Edit Editor::NewEdit(const char* action, const std::string& resource) const {
  Edit edit;
  edit.audit.set_action(action);
  edit.audit.set_resource(resource);
  return edit;
}

void Editor::Revise(const std::string& workflow, Edit& edit) const {
  const v1::StoredWorkflow* stored = definitions_.FindWorkflow(workflow);
  if (stored == nullptr) return;
  v1::StoredRecord& record = edit.records[workflow].emplace();
  *record.mutable_workflow() = *stored;
  record.mutable_workflow()->set_revision(stored->revision() + 1);
}

absl::StatusOr<Edit> Editor::Create(const v1::CreateOrganizationRequest& request) const {
  std::vector<Violation> violations;
  CheckId("organization_id", request.organization_id(), violations);
  CheckDisplayName(request.organization().display_name(), violations);
  if (auto status = Refuse(violations); !status.ok()) return status;
  const std::string name = Child("", "organizations", request.organization_id());
  if (definitions_.FindOrganization(name) != nullptr) return ExistsError(absl::StrCat(name, " exists already."), name);

  Edit edit = NewEdit("create", name);
  v1::Organization& organization = *edit.records[name].emplace().mutable_organization();
  organization.set_name(name);
  organization.set_display_name(request.organization().display_name());
  organization.set_etag(NewEtag());
  *organization.mutable_create_time() = *organization.mutable_update_time() = ToProto(now_);
  AddChanges(Differences(v1::Organization(), organization), edit);
  return edit;
}

absl::StatusOr<Edit> Editor::Update(const v1::UpdateOrganizationRequest& request) const {
  const std::string& name = request.organization().name();
  if (auto status = CheckShape("name", name, kOrganizationShape); !status.ok()) return status;
  const v1::Organization* stored = definitions_.FindOrganization(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children("", "organizations"));
  if (auto status = CheckEtag(request.organization(), name, stored->etag()); !status.ok()) return status;
  v1::Organization organization = *stored;
  auto merged = ApplyMask(request.organization(), request.update_mask(), FixedFields(), organization);
  if (!merged.ok()) return merged;
  std::vector<Violation> violations;
  CheckDisplayName(organization.display_name(), violations);
  if (auto status = Refuse(violations); !status.ok()) return status;

  Edit edit = NewEdit("update", name);
  AddChanges(Differences(*stored, organization), edit);
  if (edit.audit.changes().empty()) return edit;
  organization.set_etag(NewEtag());
  *organization.mutable_update_time() = ToProto(now_);
  *edit.records[name].emplace().mutable_organization() = std::move(organization);
  return edit;
}

absl::StatusOr<Edit> Editor::Delete(const v1::DeleteOrganizationRequest& request) const {
  const std::string& name = request.name();
  if (auto status = CheckShape("name", name, kOrganizationShape); !status.ok()) return status;
  const v1::Organization* stored = definitions_.FindOrganization(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children("", "organizations"));
  if (auto status = CheckEtag(request, name, stored->etag()); !status.ok()) return status;
  if (!definitions_.Children(name, "instances").empty()) {
    return StateError(absl::StrCat(name, " has instances; delete them first."), name);
  }
  Edit edit = NewEdit("delete", name);
  edit.records[name] = std::nullopt;
  AddChanges(Differences(*stored, v1::Organization()), edit);
  return edit;
}

absl::StatusOr<Edit> Editor::Create(const v1::CreateInstanceRequest& request, int partitions) const {
  if (auto status = CheckShape("parent", request.parent(), kOrganizationShape); !status.ok()) return status;
  std::vector<Violation> violations;
  CheckId("instance_id", request.instance_id(), violations);
  CheckDisplayName(request.instance().display_name(), violations);
  if (auto status = Refuse(violations); !status.ok()) return status;
  if (definitions_.FindOrganization(request.parent()) == nullptr) {
    return NotFoundError(request.parent(), definitions_.Children("", "organizations"));
  }
  for (const std::string& other : definitions_.Children("organizations/-", "instances")) {
    if (IdOf(other) != request.instance_id()) continue;
    return ExistsError(absl::StrCat(other, " exists already; instance ids are unique across organizations."), other);
  }
  const std::string name = Child(request.parent(), "instances", request.instance_id());
  Edit edit = NewEdit("create", name);
  v1::StoredInstance& stored = *edit.records[name].emplace().mutable_instance();
  stored.set_partitions(partitions);
  v1::Instance& instance = *stored.mutable_instance();
  instance.set_name(name);
  instance.set_display_name(request.instance().display_name());
  instance.set_etag(NewEtag());
  instance.set_uid(NewUid());
  *instance.mutable_create_time() = *instance.mutable_update_time() = ToProto(now_);
  AddChanges(Differences(v1::Instance(), instance), edit);
  for (v1::WorkflowType type : kWorkflowTypes) {
    const std::string workflow_name = WorkflowName(name, type);
    v1::StoredWorkflow& workflow = *edit.records[workflow_name].emplace().mutable_workflow();
    workflow.set_name(workflow_name);
    workflow.set_type(type);
    workflow.set_etag(NewEtag());
    workflow.set_revision(1);
    // Runs of an instance made anew go on above those of the one before, which a replica that hangs may still hold: each run was a
    // mutation of its own.
    workflow.set_run(number_);
  }
  return edit;
}

absl::StatusOr<Edit> Editor::Update(const v1::UpdateInstanceRequest& request) const {
  const std::string& name = request.instance().name();
  if (auto status = CheckShape("name", name, kInstanceShape); !status.ok()) return status;
  const v1::StoredInstance* stored = definitions_.FindInstance(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children(ParentOf(name), "instances"));
  if (auto status = CheckEtag(request.instance(), name, stored->instance().etag()); !status.ok()) return status;
  v1::StoredInstance changed = *stored;
  v1::Instance& instance = *changed.mutable_instance();
  auto merged = ApplyMask(request.instance(), request.update_mask(), FixedFields(), instance);
  if (!merged.ok()) return merged;
  std::vector<Violation> violations;
  CheckDisplayName(instance.display_name(), violations);
  if (auto status = Refuse(violations); !status.ok()) return status;

  Edit edit = NewEdit("update", name);
  AddChanges(Differences(stored->instance(), instance), edit);
  if (edit.audit.changes().empty()) return edit;
  instance.set_etag(NewEtag());
  *instance.mutable_update_time() = ToProto(now_);
  *edit.records[name].emplace().mutable_instance() = std::move(changed);
  return edit;
}

absl::StatusOr<Edit> Editor::Delete(const v1::DeleteInstanceRequest& request) const {
  const std::string& name = request.name();
  if (auto status = CheckShape("name", name, kInstanceShape); !status.ok()) return status;
  const v1::StoredInstance* stored = definitions_.FindInstance(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children(ParentOf(name), "instances"));
  if (auto status = CheckEtag(request, name, stored->instance().etag()); !status.ok()) return status;
  Edit edit = NewEdit("delete", name);
  AddChanges(Differences(stored->instance(), v1::Instance()), edit);
  edit.records[name] = std::nullopt;
  for (const std::string& connection : definitions_.Children(name, "connections"))
    edit.records[connection] = std::nullopt;
  for (const std::string& workflow : definitions_.Children(name, "workflows")) {
    edit.records[workflow] = std::nullopt;
    for (const std::string& mapping : definitions_.Children(workflow, "tableMappings"))
      edit.records[mapping] = std::nullopt;
  }
  edit.audit.set_note("Its connections, workflows and table mappings are gone with it; its topics stay in Kafka.");
  return edit;
}

absl::StatusOr<Edit> Editor::Update(const v1::UpdateConnectionRequest& request) const {
  const std::string& name = request.connection().name();
  if (auto status = CheckShape("name", name, kConnectionShape); !status.ok()) return status;
  const std::string instance(InstanceOf(name));
  if (definitions_.FindInstance(instance) == nullptr) {
    return NotFoundError(instance, definitions_.Children(ParentOf(instance), "instances"));
  }
  const v1::StoredConnection* stored = definitions_.FindConnection(name);
  const v1::Connection before = stored == nullptr ? v1::Connection() : stored->connection();
  if (auto status = CheckEtag(request.connection(), name, before.etag()); !status.ok()) return status;
  v1::StoredConnection changed = stored == nullptr ? v1::StoredConnection() : *stored;
  v1::Connection& connection = *changed.mutable_connection();
  auto merged = ApplyMask(request.connection(), request.update_mask(), FixedFields(), connection);
  if (!merged.ok()) return merged;
  std::vector<Violation> violations;
  CheckConnection(connection, IdOf(name), violations);
  if (auto status = Refuse(violations); !status.ok()) return status;

  Edit edit = NewEdit(stored == nullptr ? "create" : "update", name);
  ClearOutputs(connection);
  const std::string secret = std::exchange(*MutableSecret(connection), "");
  AddChanges(Differences(before, connection), edit);
  if (auto sealed = SealSecret(name, secret, changed, edit); !sealed.ok()) return sealed;
  if (edit.audit.changes().empty()) return edit;
  connection.set_name(name);
  connection.set_etag(NewEtag());
  *connection.mutable_update_time() = ToProto(now_);
  *edit.records[name].emplace().mutable_connection() = std::move(changed);
  for (v1::WorkflowType type : kWorkflowTypes) Revise(WorkflowName(instance, type), edit);
  return edit;
}

// An empty secret keeps the one that is stored.
absl::Status Editor::SealSecret(const std::string& name, std::string secret, v1::StoredConnection& stored,
                                Edit& edit) const {
  if (secret.empty()) return absl::OkStatus();
  const secrets::Place place{name, kClientSecret};
  const bool had = !stored.sealed_client_secret().empty();
  if (had) {
    const auto present = keyring_.Open(stored.sealed_client_secret(), place);
    if (present.ok() && *present == secret) return absl::OkStatus();
  }
  auto sealed = keyring_.Seal(secret, place);
  if (!sealed.ok()) return sealed.status();
  stored.set_sealed_client_secret(*std::move(sealed));
  v1::AuditEntry::Change& change = *edit.audit.add_changes();
  change.set_path(absl::StrCat(IdOf(name), ".", kClientSecret));
  change.set_before(had ? "(set)" : "");
  change.set_after(had ? "(changed)" : "(set)");
  return absl::OkStatus();
}

absl::StatusOr<Edit> Editor::Delete(const v1::DeleteConnectionRequest& request) const {
  const std::string& name = request.name();
  if (auto status = CheckShape("name", name, kConnectionShape); !status.ok()) return status;
  const v1::StoredConnection* stored = definitions_.FindConnection(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children(ParentOf(name), "connections"));
  if (auto status = CheckEtag(request, name, stored->connection().etag()); !status.ok()) return status;
  Edit edit = NewEdit("delete", name);
  AddChanges(Differences(stored->connection(), v1::Connection()), edit);
  edit.records[name] = std::nullopt;
  for (v1::WorkflowType type : kWorkflowTypes) Revise(WorkflowName(InstanceOf(name), type), edit);
  return edit;
}

absl::Status Editor::CheckMapping(const v1::TableMapping& mapping, const std::string& workflow,
                                  std::vector<Violation> violations) const {
  CheckTableMapping(mapping, limits_, violations);
  int custom = mapping.target_resource() == "profile" ? 0 : 1;
  for (const std::string& name : definitions_.Children(workflow, "tableMappings")) {
    if (name != mapping.name() && definitions_.FindTableMapping(name)->target_resource() != "profile") ++custom;
  }
  if (custom > limits_.custom_tables) {
    violations.push_back(
        {"target_resource", absl::StrCat("At most ", limits_.custom_tables, " custom resources can be mapped.")});
  }
  return Refuse(violations);
}

absl::StatusOr<Edit> Editor::Create(const v1::CreateTableMappingRequest& request) const {
  const std::string& workflow = request.parent();
  if (auto status = CheckShape("parent", workflow, kWorkflowShape); !status.ok()) return status;
  const v1::StoredWorkflow* stored = definitions_.FindWorkflow(workflow);
  if (stored == nullptr) return NotFoundError(workflow, definitions_.Children(InstanceOf(workflow), "workflows"));
  if (stored->type() != v1::WORKFLOW_TYPE_INGRESS) {
    return InvalidError({{"parent", "Only the workflow ingress has table mappings."}});
  }
  v1::TableMapping mapping = request.table_mapping();
  const std::string id = request.table_mapping_id().empty() ? mapping.source_table() : request.table_mapping_id();
  mapping.set_name(Child(workflow, "tableMappings", id));
  std::vector<Violation> violations;
  CheckTableMappingId("table_mapping_id", id, violations);
  if (auto status = CheckMapping(mapping, workflow, std::move(violations)); !status.ok()) return status;
  if (definitions_.FindTableMapping(mapping.name()) != nullptr) {
    return ExistsError(absl::StrCat(mapping.name(), " exists already."), mapping.name());
  }
  for (const std::string& other : definitions_.Children(workflow, "tableMappings")) {
    const v1::TableMapping& mapped = *definitions_.FindTableMapping(other);
    if (mapped.source_table() == mapping.source_table()) {
      return ExistsError(absl::StrCat("Table ", mapping.source_table(), " is mapped already, by ", other, "."), other);
    }
    // Two tables would take each other's records for their own, and delete them.
    if (mapped.target_resource() == mapping.target_resource()) {
      return ExistsError(absl::StrCat("Resource ", mapping.target_resource(), " is mapped already, by ", other, "."), other);
    }
  }
  mapping.set_etag(NewEtag());
  mapping.set_uid(absl::StrCat("m", number_));
  mapping.clear_last_replay();
  mapping.clear_replay_scheduled();
  mapping.clear_deletions_awaiting_confirmation();
  *mapping.mutable_update_time() = ToProto(now_);
  Edit edit = NewEdit("create", mapping.name());
  AddChanges(Differences(v1::TableMapping(), mapping), edit);
  *edit.records[mapping.name()].emplace().mutable_table_mapping() = mapping;
  Revise(workflow, edit);
  return edit;
}

absl::StatusOr<Edit> Editor::Update(const v1::UpdateTableMappingRequest& request) const {
  const std::string& name = request.table_mapping().name();
  if (auto status = CheckShape("name", name, kTableMappingShape); !status.ok()) return status;
  const v1::TableMapping* stored = definitions_.FindTableMapping(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children(ParentOf(name), "tableMappings"));
  if (auto status = CheckEtag(request.table_mapping(), name, stored->etag()); !status.ok()) return status;
  v1::TableMapping mapping = *stored;
  auto merged = ApplyMask(request.table_mapping(), request.update_mask(), FixedFields(), mapping);
  if (!merged.ok()) return merged;
  std::vector<Violation> violations;
  const auto chosen_once = [&](const char* field, const std::string& was, const std::string& is) {
    if (was != is) violations.push_back({field, absl::StrCat("It was chosen once, as ", was, ", and can't change.")});
  };
  chosen_once("source_table", stored->source_table(), mapping.source_table());
  chosen_once("target_resource", stored->target_resource(), mapping.target_resource());
  chosen_once("target_key", stored->target_key(), mapping.target_key());
  if (auto status = CheckMapping(mapping, ParentOf(name), std::move(violations)); !status.ok()) return status;

  Edit edit = NewEdit("update", name);
  AddChanges(Differences(*stored, mapping), edit);
  if (edit.audit.changes().empty()) return edit;
  mapping.set_etag(NewEtag());
  *mapping.mutable_update_time() = ToProto(now_);
  *edit.records[name].emplace().mutable_table_mapping() = std::move(mapping);
  Revise(ParentOf(name), edit);
  return edit;
}

absl::StatusOr<Edit> Editor::Replay(const v1::ReplayTableMappingRequest& request, int64_t queued, int64_t rows) const {
  const std::string& name = request.name();
  if (auto status = CheckShape("name", name, kTableMappingShape); !status.ok()) return status;
  const v1::TableMapping* stored = definitions_.FindTableMapping(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children(ParentOf(name), "tableMappings"));
  if (auto status = CheckEtag(request, name, stored->etag()); !status.ok()) return status;
  Edit edit = NewEdit("replay", name);
  if (ReplayScheduled(*stored, *definitions_.FindWorkflow(ParentOf(name)))) return edit;
  const int64_t limit = limits_.replay_records;
  if (limit > 0 && queued >= limit) {
    return StateError(absl::StrCat(ParentOf(name), " has ", queued, " records queued; with ", limit,
                                   " or more no table is replayed. Wait until fewer are left."),
                      name);
  }
  if (limit > 0 && rows >= limit) {
    return StateError(absl::StrCat("Table ", stored->source_table(), " has ", rows, " rows; one with ", limit,
                                   " or more isn't replayed (the controller's --max-replay-records)."),
                      name);
  }
  v1::TableMapping mapping = *stored;
  mapping.set_last_replay(number_);
  mapping.set_etag(NewEtag());
  edit.audit.set_note("The next start reads and writes the whole table again.");
  *edit.records[name].emplace().mutable_table_mapping() = std::move(mapping);
  Revise(ParentOf(name), edit);
  return edit;
}

absl::StatusOr<Edit> Editor::Confirm(const v1::ConfirmDeletionsRequest& request,
                                     const std::map<std::string, v1::HeldDeletions>& held) const {
  const std::string& name = request.name();
  if (auto status = CheckShape("name", name, kTableMappingShape); !status.ok()) return status;
  const v1::TableMapping* stored = definitions_.FindTableMapping(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children(ParentOf(name), "tableMappings"));
  const auto waiting = held.find(stored->source_table());
  if (waiting == held.end()) return StateError(absl::StrCat("No deletions of ", name, " wait for confirmation."), name);
  if (waiting->second.records() != request.records()) {
    return StateError(absl::StrCat(waiting->second.records(), " deletions of ", name, " wait for confirmation, not ", request.records(),
                                   ": look again, and confirm that number."),
                      name);
  }
  Edit edit = NewEdit("confirm-deletions", name);
  edit.audit.set_note(absl::StrCat(waiting->second.records(), " of ", waiting->second.known(), " known records, not found by pass ",
                                   waiting->second.pass(), "."));
  v1::ConfirmedDeletions confirmed;
  confirmed.set_pass(waiting->second.pass());
  *confirmed.mutable_time() = ToProto(now_);
  const backlog::WorkflowTopics topics = definitions_.TopicsOf(ParentOf(name));
  edit.checkpoints.push_back({topics, topics.confirmed_key(stored->source_table()), confirmed.SerializeAsString()});
  return edit;
}

absl::StatusOr<Edit> Editor::Delete(const v1::DeleteTableMappingRequest& request) const {
  const std::string& name = request.name();
  if (auto status = CheckShape("name", name, kTableMappingShape); !status.ok()) return status;
  const v1::TableMapping* stored = definitions_.FindTableMapping(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children(ParentOf(name), "tableMappings"));
  if (auto status = CheckEtag(request, name, stored->etag()); !status.ok()) return status;
  Edit edit = NewEdit("delete", name);
  AddChanges(Differences(*stored, v1::TableMapping()), edit);
  edit.records[name] = std::nullopt;
  Revise(ParentOf(name), edit);
  return edit;
}

absl::StatusOr<Edit> Editor::Update(const v1::UpdateWorkflowRequest& request) const {
  const std::string& name = request.workflow().name();
  if (auto status = CheckShape("name", name, kWorkflowShape); !status.ok()) return status;
  const v1::StoredWorkflow* stored = definitions_.FindWorkflow(name);
  if (stored == nullptr) return NotFoundError(name, definitions_.Children(InstanceOf(name), "workflows"));
  if (auto status = CheckEtag(request.workflow(), name, stored->etag()); !status.ok()) return status;
  v1::Workflow workflow;
  *workflow.mutable_settings() = stored->settings();
  static const auto* const fixed = new std::set<std::string>{
      "name",     "etag",       "type",     "status",          "status_time",     "waiting_for",
      "failure",  "conditions", "revision", "pinned_revision", "pending_changes", "backlog",
      "replicas", "tables"};
  if (auto merged = ApplyMask(request.workflow(), request.update_mask(), *fixed, workflow); !merged.ok()) return merged;
  std::vector<Violation> violations;
  CheckSettings(workflow.settings(), stored->type(), now_, violations);
  if (auto status = Refuse(violations); !status.ok()) return status;

  v1::Workflow before;
  *before.mutable_settings() = stored->settings();
  Edit edit = NewEdit("update", name);
  AddChanges(Differences(before, workflow), edit);
  if (edit.audit.changes().empty()) return edit;
  v1::StoredWorkflow& changed = *edit.records[name].emplace().mutable_workflow();
  changed = *stored;
  *changed.mutable_settings() = workflow.settings();
  changed.set_etag(NewEtag());
  changed.set_revision(stored->revision() + 1);
  return edit;
}

}  // namespace causeway::controller
