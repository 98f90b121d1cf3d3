#include "services/controller/definitions.h"

#include "absl/strings/match.h"
#include "services/controller/names.h"

namespace causeway::controller {

void Definitions::Apply(const std::string& key, const std::optional<v1::StoredRecord>& record) {
  if (!record.has_value()) {
    records_.erase(key);
  } else if (record->has_sequence()) {
    sequence_ = record->sequence().number();
  } else if (!record->has_claim()) {
    records_[key] = *record;
  }
}

const v1::StoredRecord* Definitions::Find(absl::string_view name) const {
  const auto found = records_.find(name);
  return found == records_.end() ? nullptr : &found->second;
}

const v1::Organization* Definitions::FindOrganization(absl::string_view name) const {
  const v1::StoredRecord* record = Find(name);
  return record != nullptr && record->has_organization() ? &record->organization() : nullptr;
}

const v1::StoredInstance* Definitions::FindInstance(absl::string_view name) const {
  const v1::StoredRecord* record = Find(name);
  return record != nullptr && record->has_instance() ? &record->instance() : nullptr;
}

const v1::StoredConnection* Definitions::FindConnection(absl::string_view name) const {
  const v1::StoredRecord* record = Find(name);
  return record != nullptr && record->has_connection() ? &record->connection() : nullptr;
}

const v1::StoredWorkflow* Definitions::FindWorkflow(absl::string_view name) const {
  const v1::StoredRecord* record = Find(name);
  return record != nullptr && record->has_workflow() ? &record->workflow() : nullptr;
}

const v1::TableMapping* Definitions::FindTableMapping(absl::string_view name) const {
  const v1::StoredRecord* record = Find(name);
  return record != nullptr && record->has_table_mapping() ? &record->table_mapping() : nullptr;
}

const v1::Retired* Definitions::FindRetired(absl::string_view key) const {
  const v1::StoredRecord* record = Find(key);
  return record != nullptr && record->has_retired() ? &record->retired() : nullptr;
}

std::vector<std::string> Definitions::RetiredKeys() const {
  std::vector<std::string> keys;
  for (auto entry = records_.lower_bound(kRetiredPrefix); entry != records_.end(); ++entry) {
    if (!absl::StartsWith(entry->first, kRetiredPrefix)) break;
    keys.push_back(entry->first);
  }
  return keys;
}

std::vector<std::string> Definitions::Names(absl::string_view pattern) const {
  std::vector<std::string> names;
  for (const auto& [name, record] : records_) {
    if (Matches(name, pattern)) names.push_back(name);
  }
  return names;
}

std::vector<std::string> Definitions::Children(absl::string_view parent, absl::string_view collection) const {
  return Names(Child(parent, collection, "-"));
}

backlog::WorkflowTopics Definitions::TopicsOf(absl::string_view workflow) const {
  return backlog::TopicsOf(workflow, FindInstance(InstanceOf(workflow))->instance().uid(),
                           FindWorkflow(workflow)->generation());
}

v1::StoredDefinition Definitions::Snapshot(const v1::StoredWorkflow& workflow) const {
  v1::StoredDefinition definition;
  definition.set_revision(workflow.revision());
  *definition.mutable_settings() = workflow.settings();
  for (const std::string& name : Children(InstanceOf(workflow.name()), "connections")) {
    *definition.add_connections() = *FindConnection(name);
  }
  for (const std::string& name : Children(workflow.name(), "tableMappings")) {
    *definition.add_table_mappings() = *FindTableMapping(name);
  }
  return definition;
}

}  // namespace causeway::controller
